namespace HostStack.Hci.Startup;

/// <summary>Where firmware comes from: the system's folders, a folder of the operator's, a program's own resources.</summary>
public interface IFirmwareSource
{
    /// <summary>Where it looks, for people: <c>/lib/firmware/updates, /lib/firmware</c>.</summary>
    string Places { get; }

    /// <summary>Looks for a file, from any thread.</summary>
    /// <param name="name">As the firmware folders name it: <c>rtl_bt/rtl8761bu_fw.bin</c>.</param>
    FirmwareFile Find(string name);

    /// <summary>Looks for a file while a controller starts. Called on the loop, which it must not hold up: a source that has to
    /// wait for its octets does so elsewhere. It has ten seconds; later the start-up goes on without the file.</summary>
    /// <param name="name">As the firmware folders name it.</param>
    /// <returns>What there is. Without an implementation of its own, a source is asked there and then (<see cref="Find"/>): right
    /// for one that has its octets in memory.</returns>
    Task<FirmwareFile> FindAsync(string name) => Task.FromResult(Find(name));
}

/// <summary>What a source has under one name: octets, a problem, or nothing.</summary>
/// <param name="Octets">Its contents; empty where there are none.</param>
/// <param name="Path">Where it is; null where it was not found or cannot be used.</param>
/// <param name="Problem">One sentence why what is there cannot be used, with the remedy; null where nothing is there, or all is
/// well.</param>
public readonly record struct FirmwareFile(ReadOnlyMemory<byte> Octets, string? Path, string? Problem)
{
    /// <summary>Whether the file is there and was read.</summary>
    public bool IsFound => Path is not null;
}
