using HostStack.Hci.Transport;
using HostStack.Testing.Usb;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>What the door of USB tells the log of a program that opens controllers by their URI.</summary>
[TestFixture]
public sealed class UsbSourceLogTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Transport_CommandThatTheDeviceStalls_IsLogged()
    {
        using var rig = new DongleRig();
        using var log = new FirstLine("transfer");
        rig.Dongle.RefuseCommands(1);
        await using var transport = await ControllerSources.CreateDefault(rig.Bus, log).Open("usb:").OpenAsync(default);
        transport.Start(new NoSink());
        transport.Send([0x01, 0x03, 0x0C, 0x00]);
        Assert.That(
            await log.Line.WaitAsync(Patience),
            Does.Match("^HostStack.Hci.Usb Warning usb:: a transfer of the pipe of commands ended as Stalled; it is tried again"));
    }

    [Test]
    public async Task Source_ControllerThatCouldNotBeLetSleep_IsLogged()
    {
        using var bus = new ListedBus(Dongles.Controller() with { Release = 0x8891 });
        using var log = new FirstLine("sleep");
        await using var transport = await ControllerSources.CreateDefault(bus, log).Open("usb:").OpenAsync(default);
        Assert.That(
            await log.Line.WaitAsync(Patience),
            Is.EqualTo("HostStack.Hci.Usb Information usb:: 0a12:0001 could not be let sleep once, which some with its ids need before they give data."));
    }

    private sealed class NoSink : IHciTransportSink
    {
        public void PacketReceived(ReadOnlySpan<byte> packet)
        {
        }

        public void FramingLost(string detail)
        {
        }

        public void Closed(Exception? failure)
        {
        }
    }

    private sealed class FirstLine(string word) : ILoggerFactory
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => _line.Task;

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        private void Take(string line)
        {
            if (line.Contains(word, StringComparison.Ordinal))
            {
                _line.TrySetResult(line);
            }
        }

        private sealed class Logger(FirstLine owner, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                owner.Take($"{category} {logLevel} {formatter(state, exception)}");
        }
    }
}
