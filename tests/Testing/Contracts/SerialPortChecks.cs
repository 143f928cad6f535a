using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;

namespace HostStack.Testing.Contracts;

/// <summary>What a serial port promises (<see cref="ISerialPort"/>, <see cref="SerialPortOpener"/>), checked on a port whose
/// other end is at hand: a pseudo-terminal, or two ports with a cable between them.</summary>
public static class SerialPortChecks
{
    /// <summary>The checks by name; each wants a subject of its own.</summary>
    public static IReadOnlyList<(string Name, Func<SerialSubject, Task> Check)> All { get; } =
    [
        ("Open_NoSuchPort_NamesItInASentence", RefusesWhatIsNotThereAsync),
        ("Open_ASpeedThatNoPortHas_IsRefused", RefusesNonsenseAsync),
        ("Stream_AllOctets_PassBothWays", PassesAllOctetsAsync),
        ("Stream_WithEvenParity_Has8BitsAllTheSame", HasEightBitsAsync),
        ("Read_GivesWhatIsThere_WithoutWaitingForMore", GivesWhatIsThereAsync),
        ("Write_OfMuch_ArrivesWholeAndInOrder", WritesMuchAsync),
        ("Flush_DoesNotWaitForTheOtherSide", FlushesAtOnceAsync),
        ("BaudRate_IsTheOneThatWasSet", ChangesTheSpeedAsync),
        ("BaudRate_ThatNoPortHas_IsRefused", RefusesSpeedsAsync),
        ("Lines_AreSet_OrTheirAbsenceIsSaid", SetsLinesAsync),
        ("Break_IsHeldAndEnded", BreaksAsync),
        ("Discard_ThrowsAwayWhatWasNotRead", DiscardsAsync),
        ("Dispose_EndsAReadThatWaits", EndsReadsAsync),
        ("Read_CancelledOnASilentLine_Ends", EndsCancelledReadsAsync),
        ("Dispose_Twice_AndOpenAgain_Works", OpensAgainAsync),
        ("Unplugged_ReadsAndWritesFailWithIOException", FailsWhenGoneAsync),
    ];

    private static byte[] Octets(int count) => [.. Enumerable.Range(0, count).Select(static i => (byte)(i * 7))];

    private static async Task RefusesWhatIsNotThereAsync(SerialSubject subject)
    {
        await Task.CompletedTask;
        var refusal = Refusal<ControllerUnavailableException>(() => subject.Opener(subject.MissingName, new SerialSettings()).Dispose());
        Require(refusal.Message.Contains(subject.MissingName, StringComparison.Ordinal) && refusal.Message.EndsWith('.'), $"it is named: {refusal.Message}");
    }

    private static async Task RefusesNonsenseAsync(SerialSubject subject)
    {
        await Task.CompletedTask;
        Refusal<ControllerUnavailableException>(() => subject.Open(new SerialSettings { BaudRate = 0 }).Dispose());
        using var port = subject.Open();
        Require(port.Name == subject.Name, "the port has its name, and can be opened after a refusal");
    }

    private static async Task PassesAllOctetsAsync(SerialSubject subject)
    {
        using var port = subject.Open();
        await PassAsync(subject, port, [.. Enumerable.Range(0, 256).Select(static i => (byte)i)]);
    }

    private static async Task HasEightBitsAsync(SerialSubject subject)
    {
        using var port = subject.Open(new SerialSettings { Parity = SerialParity.Even });
        await PassAsync(subject, port, [0x00, 0x7F, 0x80, 0xC0, 0xDB, 0xFF]);
    }

    private static async Task GivesWhatIsThereAsync(SerialSubject subject)
    {
        using var port = subject.Open();
        await subject.FarEnd.WriteAsync(new byte[] { 1, 2, 3 });
        await subject.FarEnd.FlushAsync();
        var buffer = new byte[1024];
        var count = 0;
        while (count < 3)
        {
            var read = await port.Stream.ReadAsync(buffer.AsMemory(count)).AsTask().WaitAsync(subject.Patience);
            Require(read > 0, "a read gives an octet at least");
            count += read;
        }

        Require(buffer.AsSpan(0, count).SequenceEqual<byte>([1, 2, 3]), "the octets are those that were sent");
    }

    private static async Task WritesMuchAsync(SerialSubject subject)
    {
        using var port = subject.Open();
        var octets = Octets(64 * 1024);
        var reading = ReadAsync(subject.FarEnd, octets.Length, subject.Patience);
        for (var i = 0; i < octets.Length; i += 1000)
        {
            Send(port, octets.AsSpan(i, Math.Min(1000, octets.Length - i)));
        }

        Require((await reading).AsSpan().SequenceEqual(octets), "what was written arrived");
    }

    private static async Task FlushesAtOnceAsync(SerialSubject subject)
    {
        using var port = subject.Open();
        Send(port, 1, 2, 3);
        Require((await ReadAsync(subject.FarEnd, 3, subject.Patience)).AsSpan().SequenceEqual<byte>([1, 2, 3]), "they arrive");
    }

    private static async Task ChangesTheSpeedAsync(SerialSubject subject)
    {
        using var port = subject.Open(new SerialSettings { BaudRate = 921_600 });
        Require(port.BaudRate == 921_600, "it is the one of the settings");
        foreach (var rate in new[] { 115_200, 1_000_000, 3_000_000, 4_000_000 })
        {
            port.BaudRate = rate;
            Require(port.BaudRate == rate, $"it is {rate}");
        }

        port.BaudRate = 115_200;
        await PassAsync(subject, port, Octets(32));
    }

    private static async Task RefusesSpeedsAsync(SerialSubject subject)
    {
        using var port = subject.Open();
        Refusal<ArgumentOutOfRangeException>(() => port.BaudRate = 0);
        Refusal<ArgumentOutOfRangeException>(() => port.BaudRate = -1);
        Require(port.BaudRate == SerialSettings.DefaultBaudRate, "the speed is as it was");
        await PassAsync(subject, port, Octets(32));
    }

    private static async Task SetsLinesAsync(SerialSubject subject)
    {
        using var port = subject.Open();
        if (subject.HasLines)
        {
            foreach (var active in new[] { true, false })
            {
                port.DataTerminalReady = active;
                port.RequestToSend = active;
                Require(port.DataTerminalReady == active && port.RequestToSend == active, "the lines are as they were set");
            }
        }
        else
        {
            Refusal<IOException>(() => port.DataTerminalReady = true);
            Refusal<IOException>(() => port.RequestToSend = true);
        }

        await PassAsync(subject, port, Octets(32));
    }

    private static async Task BreaksAsync(SerialSubject subject)
    {
        using var port = subject.Open();
        port.IsBreaking = true;
        Require(port.IsBreaking, "the line is held");
        port.IsBreaking = false;
        Require(!port.IsBreaking, "the line is let go");
        await PassAsync(subject, port, Octets(32));
    }

    private static async Task DiscardsAsync(SerialSubject subject)
    {
        using var port = subject.Open();
        await subject.FarEnd.WriteAsync(new byte[] { 1, 2, 3 });
        await subject.FarEnd.FlushAsync();
        Require((await ReadAsync(port.Stream, 1, subject.Patience))[0] == 1, "they have come");
        port.Discard();
        await PassAsync(subject, port, Octets(32));
    }

    private static async Task EndsReadsAsync(SerialSubject subject)
    {
        var port = subject.Open();
        var reading = port.Stream.ReadAsync(new byte[1]).AsTask();
        port.Dispose();
        Require(await EndAsync(reading, subject.Patience) is 0 or null, "the read ended with nothing");
        Refusal<Exception>(() => Send(port, 1));
    }

    // A transport whose write failed ends its reader so.
    private static async Task EndsCancelledReadsAsync(SerialSubject subject)
    {
        using var port = subject.Open();
        using var cancelled = new CancellationTokenSource();
        var reading = port.Stream.ReadAsync(new byte[1], cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        Require(await EndAsync(reading, subject.Patience) is 0 or null, "the read ended with nothing");
    }

    private static async Task OpensAgainAsync(SerialSubject subject)
    {
        for (var i = 0; i < 3; i++)
        {
            var port = subject.Open(new SerialSettings { FlowControl = i == 1 ? SerialFlowControl.RtsCts : SerialFlowControl.None });
            if (i != 1)
            {
                await PassAsync(subject, port, Octets(8));
            }

            port.Dispose();
            port.Dispose();
        }
    }

    private static async Task FailsWhenGoneAsync(SerialSubject subject)
    {
        if (subject.Unplug is null)
        {
            throw new CheckSkippedException("nobody unplugs the port");
        }

        using var port = subject.Open();
        var reading = port.Stream.ReadAsync(new byte[1]).AsTask();
        await subject.Unplug();
        try
        {
            var read = await reading.WaitAsync(subject.Patience);
            throw new CheckFailedException($"A read of a port that is gone gave {read} octets.");
        }
        catch (IOException)
        {
            Refusal<IOException>(() => Send(port, 1));
        }
    }

    // As the transport does: written and flushed on its thread.
    private static void Send(ISerialPort port, params ReadOnlySpan<byte> octets)
    {
        port.Stream.Write(octets);
        port.Stream.Flush();
    }

    private static async Task PassAsync(SerialSubject subject, ISerialPort port, byte[] octets)
    {
        Send(port, octets);
        Require((await ReadAsync(subject.FarEnd, octets.Length, subject.Patience)).AsSpan().SequenceEqual(octets), "octets pass out");
        await subject.FarEnd.WriteAsync(octets);
        await subject.FarEnd.FlushAsync();
        Require((await ReadAsync(port.Stream, octets.Length, subject.Patience)).AsSpan().SequenceEqual(octets), "octets pass in");
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count, TimeSpan patience)
    {
        var octets = new byte[count];
        await stream.ReadExactlyAsync(octets).AsTask().WaitAsync(patience);
        return octets;
    }

    // How many octets, or null where it failed.
    private static async Task<int?> EndAsync(Task<int> reading, TimeSpan patience)
    {
        try
        {
            return await reading.WaitAsync(patience);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return null;
        }
    }

    private static T Refusal<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
        }
        catch (T refusal)
        {
            return refusal;
        }

        throw new CheckFailedException($"There was no {typeof(T).Name}.");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new CheckFailedException($"It does not hold that {what}.");
        }
    }
}
