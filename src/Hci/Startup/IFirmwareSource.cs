namespace HostStack.Hci.Startup;

/// <summary>Where firmware comes from: the system's folders, a folder of the operator's, a program's own resources.</summary>
public interface IFirmwareSource
{
    /// <summary>Where it looks, for people: <c>/lib/firmware/updates, /lib/firmware</c>.</summary>
    string Places { get; }

    /// <summary>Looks for a file. Loop thread, while a controller starts; nothing else waits for the loop then.</summary>
    /// <param name="name">As the firmware folders name it: <c>rtl_bt/rtl8761bu_fw.bin</c>.</param>
    FirmwareFile Find(string name);
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
