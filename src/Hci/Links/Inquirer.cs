using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>Looks for devices (Core, Vol 4, Part E, 7.1.1, and Vol 3, Part C, 6).</summary>
internal sealed class Inquirer
{
    /// <summary>Devices that one inquiry remembers; a radio full of invented addresses fills no memory.</summary>
    public const int MaximumDevices = 256;

    private const int Attempts = 10;
    private const double SecondsPerStep = 1.28;
    private const int MaximumSteps = 0x30;
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ControllerSlack = TimeSpan.FromSeconds(5);

    private readonly LinkContext _context;
    private readonly RemoteNames _names;
    private readonly LoopTimer _limit;
    private Search? _search;

    public Inquirer(LinkContext context, RemoteNames names)
    {
        _context = context;
        _names = names;
        _limit = context.Timers.Create(() => End(HciStatus.ConnectionTimeout));
    }

    /// <summary>Looks, tells of each device when it is first heard and when its name is known, and gives them all.</summary>
    public async Task<IReadOnlyList<DiscoveredDevice>> InquireAsync(
        InquiryRequest request, Action<DiscoveredDevice>? found, CancellationToken cancellationToken)
    {
        var search = new Search(found);
        using (await _context.Arbiter.EnterAsync(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await RunAsync(request, search, cancellationToken);
        }

        if (request.ResolveNames)
        {
            foreach (var device in search.Devices.Values.Where(device => !device.IsNameComplete).ToArray())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var outcome = await _names.RequestAsync(device.Address, cancellationToken);
                if (outcome.Name is { } name)
                {
                    search.Tell(search.Devices[device.Address] with { Name = name, IsNameComplete = true });
                }
            }
        }

        return [.. search.Devices.Values];
    }

    /// <summary>Takes an event.</summary>
    /// <returns>Whether it is one of an inquiry.</returns>
    public bool Handle(EventCode code, ReadOnlySpan<byte> parameters)
    {
        bool? taken = code switch
        {
            EventCode.InquiryComplete => InquiryCompleteEvent.TryParse(parameters, out var complete) && End(complete.Status),
            EventCode.InquiryResult => InquiryResultEvent.TryParse(parameters, out var plain) && Take(plain),
            EventCode.InquiryResultWithRssi => InquiryResultWithRssiEvent.TryParse(parameters, out var rssi) && Take(rssi),
            EventCode.ExtendedInquiryResult => ExtendedInquiryResultEvent.TryParse(parameters, out var extended) && Take(extended),
            _ => null,
        };
        _context.Counters.MalformedEvents += taken == false ? 1 : 0;
        return taken is not null;
    }

    /// <summary>The epoch is over.</summary>
    public void Close() => End(HciStatus.HardwareFailure);

    private async Task RunAsync(InquiryRequest request, Search search, CancellationToken cancellationToken)
    {
        var steps = Math.Clamp((int)Math.Ceiling(request.Duration.TotalSeconds / SecondsPerStep), 1, MaximumSteps);
        var command = new InquiryCommand(request.Limited ? Lap.Liac : Lap.Giac, (byte)steps, request.MaximumDevices);
        _search = search;
        try
        {
            HciStatus status;
            for (var i = 1; (status = await _context.Commands.SendAsync(command)) == HciStatus.CommandDisallowed && i < Attempts; i++)
            {
                await _context.Timers.DelayAsync(BusyPause);
            }

            if (status != HciStatus.Success)
            {
                return;
            }

            if (!search.Ended.Task.IsCompleted)
            {
                _limit.Arm(TimeSpan.FromSeconds(steps * SecondsPerStep) + ControllerSlack);
            }

            // Not WaitAsync: its continuation would leave the loop for the thread pool.
            using var registration = cancellationToken.UnsafeRegister(
                static (ended, token) => ((TaskCompletionSource<HciStatus>)ended!).TrySetCanceled(token), search.Ended);
            try
            {
                await search.Ended.Task;
            }
            catch (OperationCanceledException)
            {
                await _context.Commands.SendAsync(default(InquiryCancelCommand));
                throw;
            }
        }
        finally
        {
            _limit.Disarm();
            _search = null;
        }
    }

    private bool End(HciStatus status)
    {
        _search?.Ended.TrySetResult(status);
        return true;
    }

    private bool Take(in InquiryResultEvent result)
    {
        foreach (var response in result.Responses)
        {
            Heard(response.Address, response.PageScanRepetitionMode, response.ClockOffset, response.ClassOfDevice, null, null);
        }

        return true;
    }

    private bool Take(in InquiryResultWithRssiEvent result)
    {
        foreach (var response in result.Responses)
        {
            Heard(
                response.Address, response.PageScanRepetitionMode, response.ClockOffset, response.ClassOfDevice,
                response.Rssi, null);
        }

        return true;
    }

    private bool Take(in ExtendedInquiryResultEvent result)
    {
        var response = result.Response;
        Heard(
            response.Address, response.PageScanRepetitionMode, response.ClockOffset, response.ClassOfDevice, response.Rssi,
            InquiryInformation.Read(result.ExtendedInquiryResponse));
        return true;
    }

    private void Heard(
        BdAddr address, PageScanRepetitionMode mode, ClockOffset offset, ClassOfDevice classOfDevice, sbyte? rssi,
        InquiryInformation? information)
    {
        if (_search is not { } search)
        {
            return;
        }

        _context.Neighbors.Heard(new Neighbor(address, mode, offset.AsValid()));
        var known = search.Devices.TryGetValue(address, out var device);
        if (!known && search.Devices.Count == MaximumDevices)
        {
            return;
        }

        device = (device ?? new DiscoveredDevice { Address = address }) with { ClassOfDevice = classOfDevice };
        device = device with { Rssi = rssi ?? device.Rssi };
        if (information is not null)
        {
            device = device with
            {
                Information = information,
                Name = information.Name ?? device.Name,
                IsNameComplete = information.Name is null ? device.IsNameComplete : information.IsNameComplete,
            };
        }

        // Devices answer again and again; only what is new is told.
        if (known && device.Name == search.Devices[address].Name)
        {
            search.Devices[address] = device;
        }
        else
        {
            search.Tell(device);
        }
    }

    private sealed class Search(Action<DiscoveredDevice>? found)
    {
        public Dictionary<BdAddr, DiscoveredDevice> Devices { get; } = [];

        public TaskCompletionSource<HciStatus> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Tell(DiscoveredDevice device)
        {
            Devices[device.Address] = device;
            found?.Invoke(device);
        }
    }
}
