using BenchmarkDotNet.Running;
using HostStack.Bench.Benchmarks;
using HostStack.Bench.Memory;
using HostStack.Bench.Peers;
using HostStack.Bench.Quick;

namespace HostStack.Bench;

internal static class Program
{
    private const string Usage = """
        Measures the data path of HostStack. Run it with -c Release.

          (nothing)             every benchmark, by BenchmarkDotNet
          --filter '*Receive*'  some of them; this and every other option is BenchmarkDotNet's
          --memory              what a host with seven peers holds, measured in a process of its own
          --peers               ping and iperf3 between two hosts with TAP interfaces (root, Linux)
          --quick [NAME]        a table in less than twenty seconds; NAME is a part of the names wanted: receive, send-1500
        """;

    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["--help" or "-h" or "-?"]:
                Console.WriteLine(Usage);
                return 0;
            case ["--quick"]:
                return QuickTable.Print(Console.Out) ? 0 : 1;
            case ["--quick", var filter]:
                return QuickTable.Print(Console.Out, filter) ? 0 : 1;
            case ["--memory"]:
                return await MemoryReport.PrintAsync(Console.Out) ? 0 : 1;
            case ["--peers"]:
                return await PeersReport.PrintAsync(Console.Out) ? 0 : 1;
            case [MemoryNetwork.PeersOption, var socket]:
                return await PeerProcess.RunAsync(socket);
            case []:
                return Run(["--filter", "*"]);
            default:
                return Run(arguments);
        }
    }

    private static int Run(string[] arguments)
    {
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments, ShortJob.Config());
        return summaries.All(static summary => !summary.HasCriticalValidationErrors) ? 0 : 1;
    }
}
