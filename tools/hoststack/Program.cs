using System.Runtime.InteropServices;
using HostStack.Cli;
using HostStack.Cli.Controllers;
using HostStack.Cli.Networks;
using HostStack.Cli.Service;
using HostStack.Cli.Terminal;

using var ending = new CancellationTokenSource();
using var terminal = new ProcessTerminal();

// The first Ctrl-C (or SIGTERM, or a closed terminal) asks the command to end in good order; the second one ends the process.
void End(PosixSignalContext signal)
{
    signal.Cancel = !ending.IsCancellationRequested;
    ending.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);

var environment = new CommandEnvironment
{
    Terminal = terminal,
    Variable = Environment.GetEnvironmentVariable,
    Time = TimeProvider.System,
    Networks = new SystemNetworks(Environment.GetEnvironmentVariable),
    Usb = static log => MachineUsb.Make(Environment.GetEnvironmentVariable, log),
    IsJournal = JournalStream.IsStandardError(Environment.GetEnvironmentVariable("JOURNAL_STREAM")),
    Start = ProcessStart.On(TimeProvider.System, Environment.GetEnvironmentVariable("HOSTSTACK_STARTED")),
};
return await new CommandLine(environment).RunAsync(args, ending.Token);
