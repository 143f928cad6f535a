using HostStack.Hci.Transport;

namespace HostStack.Hci.Startup;

/// <summary>The serial line of a controller whose rate changes: both sides go to another one, or both stay. Of one epoch;
/// loop only.</summary>
internal sealed class StartupLine(StartupContext context, IBaudRateControl line, string name)
{
    // A controller that was just reset is not heard at once (Linux, drivers/bluetooth/btbcm.c).
    private static readonly TimeSpan ResetTime = TimeSpan.FromMilliseconds(100);

    /// <summary>Bits per second, now, of this side.</summary>
    public int BaudRate => line.BaudRate;

    /// <summary>Where the controller is when its power comes, and where a later host looks for it.</summary>
    public int FirstRate => line.FirstRate;

    /// <summary>Tells the controller to go to its first rate: null where it goes, else why not, as a clause. Null where its maker has
    /// no command for that.</summary>
    public Func<Task<string?>>? TellBack { get; set; }

    /// <summary>Changes the rate of this side, after the controller was told.</summary>
    /// <exception cref="ControllerUnavailableException">The line cannot do it, or failed.</exception>
    public void Set(int rate)
    {
        try
        {
            line.BaudRate = rate;
        }
        catch (Exception failure) when (IsOfTheLine(failure))
        {
            throw CannotGo(rate, failure);
        }
    }

    /// <summary>Takes both sides to a rate. The port is tried first: a controller at a rate that the port cannot do would be out of
    /// reach.</summary>
    /// <param name="rate">Bits per second.</param>
    /// <param name="tell">Tells the controller: null where it goes, else why not, as a clause.</param>
    /// <returns>Null where both are there; else why both are where they were, as a clause.</returns>
    /// <exception cref="ControllerUnavailableException">The line failed, or the controller was lost.</exception>
    public async Task<string?> GoToAsync(int rate, Func<Task<string?>> tell)
    {
        if (!CanDo(rate))
        {
            return $"{name} cannot do {rate}";
        }

        if (await tell() is { } refusal)
        {
            return refusal;
        }

        Set(rate);
        return null;
    }

    /// <summary>Takes both sides back to the first rate, after a Reset: a host that comes later finds the controller there.</summary>
    /// <returns>Null where the controller is there, or was; else why not, as a clause.</returns>
    /// <exception cref="ControllerUnavailableException">The controller was lost.</exception>
    public async Task<string?> GoBackAsync()
    {
        if (TellBack is null || BaudRate == FirstRate)
        {
            return null;
        }

        await context.DelayAsync(ResetTime);
        if (await TellBack() is { } refusal)
        {
            return refusal;
        }

        // Its answer is acknowledged on H5 before this side changes.
        TrySet(FirstRate);
        return null;
    }

    /// <summary>Runs a start-up. At the second attempt the line goes to the operating rate first, for a chip that kept its power is
    /// still at the rate of its last host; where the start-up fails, the line is as it was.</summary>
    public async Task RunAsync(Func<Task> start)
    {
        var before = BaudRate;
        try
        {
            if (context is { IsSecondAttempt: true, Device.OperatingRate: { } rate } && rate != BaudRate && CanDo(rate))
            {
                Set(rate);
            }

            await start();
        }
        catch
        {
            // Whoever tries again begins where the chip begins after its power was off.
            TrySet(before);
            throw;
        }
    }

    private static bool IsOfTheLine(Exception failure) => failure is ArgumentException or IOException or InvalidOperationException;

    private bool CanDo(int rate)
    {
        try
        {
            return rate == BaudRate || line.CanDo(rate);
        }
        catch (Exception failure) when (IsOfTheLine(failure))
        {
            throw CannotGo(rate, failure);
        }
    }

    // A line that is gone stays as it is: the failure that led here, if any, is the one that is told.
    private void TrySet(int rate)
    {
        try
        {
            if (line.BaudRate != rate)
            {
                line.BaudRate = rate;
            }
        }
        catch (Exception failure) when (IsOfTheLine(failure))
        {
            // As above.
        }
    }

    // A line that failed may be there again; only a rate that it has not stays so.
    private ControllerUnavailableException CannotGo(int rate, Exception failure) => failure is ArgumentException
        ? StartupContext.Final($"{name} cannot go to {rate} bits per second ({failure.Message.TrimEnd('.')}); choose a rate that it can.")
        : new($"{name} failed while its rate was changed ({failure.Message.TrimEnd('.')}); check its cable and power.", failure);
}
