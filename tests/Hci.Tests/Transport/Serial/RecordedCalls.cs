using HostStack.Hci.Transport.Serial;
using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Tests.Transport.Serial;

/// <summary>A system that says yes to everything, or what a test wants, and keeps what it was asked.</summary>
internal sealed class RecordedCalls : ITerminalCalls
{
    /// <summary>What was asked, in order: <c>402C542B …octets…</c>, <c>5427</c>, <c>lock</c>.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Answers other than yes, by request; 0 is the lock.</summary>
    public Dictionary<uint, Errno> Refused { get; } = [];

    /// <summary>Octets that a request gives back.</summary>
    public Dictionary<uint, byte[]> Given { get; } = [];

    /// <summary>The speed that a Linux driver takes in place of any that it is told; null for that one.</summary>
    public int? OnlySpeed { get; set; }

    public Errno OpenError { get; set; }

    public FileDescriptor? TryOpen(string path, out Errno error)
    {
        Asked.Add($"open {path}");
        error = OpenError;
        if (error != Errno.None)
        {
            return null;
        }

        // A real descriptor, so that it can be polled and closed.
        return FileDescriptor.TryOpen("/dev/null", LibC.O_RDWR, out _);
    }

    public Errno MayOpen(string path)
    {
        Asked.Add($"access {path}");
        return OpenError;
    }

    public Errno Lock(FileDescriptor descriptor)
    {
        Asked.Add("lock");
        return Refused.GetValueOrDefault(0u);
    }

    public Errno Control(FileDescriptor descriptor, uint request, int argument = 0)
    {
        Asked.Add($"{request:X} {argument}");
        return Refused.GetValueOrDefault(request);
    }

    public Errno Control(FileDescriptor descriptor, uint request, Span<byte> structure)
    {
        Asked.Add($"{request:X} {Convert.ToHexString(structure)}");
        if (Given.TryGetValue(request, out var octets))
        {
            octets.CopyTo(structure);
        }

        // What a terminal of Linux was told, it shows.
        if (request == 0x402C_542B)
        {
            var shown = structure.ToArray();
            BitConverter.TryWriteBytes(shown.AsSpan(40), OnlySpeed ?? BitConverter.ToInt32(shown, 40));
            Given[0x802C_542A] = shown;
        }

        return Refused.GetValueOrDefault(request);
    }
}
