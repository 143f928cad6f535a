using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.UserMode.Native;

/// <summary>libslirp, found once in the life of the process, and the functions of it that a port uses.</summary>
/// <remarks>A shared library of the system, taken by name: what is missing is one sentence, not a failure of the loader.</remarks>
internal sealed unsafe class SlirpLibrary
{
    private static readonly string[] LinuxNames = ["libslirp.so.0"];
    private static readonly string[] WindowsNames = ["libslirp-0.dll"];

    // Homebrew's folders are not on the loader's path.
    private static readonly string[] MacNames =
        ["libslirp.0.dylib", "/opt/homebrew/lib/libslirp.0.dylib", "/usr/local/lib/libslirp.0.dylib"];

    private static readonly Lock Gate = new();
    private static SlirpLibrary? _loaded;

    public readonly delegate* unmanaged[Cdecl]<byte*, nint*, nint, nint> New;
    public readonly delegate* unmanaged[Cdecl]<nint, void> Cleanup;
    public readonly delegate* unmanaged[Cdecl]<nint, uint*, delegate* unmanaged[Cdecl]<int, int, nint, int>, nint, void> FillPolls;
    public readonly delegate* unmanaged[Cdecl]<nint, int, delegate* unmanaged[Cdecl]<int, nint, int>, nint, void> Poll;
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, int, void> Input;
    public readonly delegate* unmanaged[Cdecl]<nint, int, uint, int, uint, int, int> AddForward;
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, uint, byte*, uint, int, int> AddForward6;

    private SlirpLibrary(nint handle, SlirpVersion version, string versionText)
    {
        Version = version;
        VersionText = versionText;
        New = (delegate* unmanaged[Cdecl]<byte*, nint*, nint, nint>)NativeLibrary.GetExport(handle, "slirp_new");
        Cleanup = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(handle, "slirp_cleanup");
        FillPolls = (delegate* unmanaged[Cdecl]<nint, uint*, delegate* unmanaged[Cdecl]<int, int, nint, int>, nint, void>)
            NativeLibrary.GetExport(handle, "slirp_pollfds_fill");
        Poll = (delegate* unmanaged[Cdecl]<nint, int, delegate* unmanaged[Cdecl]<int, nint, int>, nint, void>)
            NativeLibrary.GetExport(handle, "slirp_pollfds_poll");
        Input = (delegate* unmanaged[Cdecl]<nint, byte*, int, void>)NativeLibrary.GetExport(handle, "slirp_input");
        AddForward = (delegate* unmanaged[Cdecl]<nint, int, uint, int, uint, int, int>)
            NativeLibrary.GetExport(handle, "slirp_add_hostfwd");
        AddForward6 = (delegate* unmanaged[Cdecl]<nint, byte*, uint, byte*, uint, int, int>)
            NativeLibrary.GetExport(handle, "slirp_add_hostxfwd");
    }

    /// <summary>What the library is.</summary>
    public SlirpVersion Version { get; }

    /// <summary>As the library says it, <c>4.7.0</c>.</summary>
    public string VersionText { get; }

    /// <summary>Finds the library.</summary>
    /// <param name="library">The library.</param>
    /// <param name="problem">Why there is none, and what helps.</param>
    public static bool TryLoad([NotNullWhen(true)] out SlirpLibrary? library, [NotNullWhen(false)] out string? problem)
    {
        lock (Gate)
        {
            problem = _loaded is null ? Load() : null;
            library = _loaded;
            return problem is null;
        }
    }

    /// <summary>Finds the library.</summary>
    /// <exception cref="NetDeviceException">There is none, or it is too old.</exception>
    public static SlirpLibrary Load(string port) =>
        TryLoad(out var library, out var problem)
            ? library
            : throw new NetDeviceException($"The port {port} cannot be opened: {problem}");

    private static string? Load()
    {
        var names = OperatingSystem.IsWindows() ? WindowsNames : OperatingSystem.IsMacOS() ? MacNames : LinuxNames;
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                return Bind(handle, name);
            }
        }

        var remedy = OperatingSystem.IsWindows() ? "put the DLL of MSYS2's package libslirp beside the program"
            : OperatingSystem.IsMacOS() ? "run \"brew install libslirp\""
            : "install libslirp0 (Debian, Ubuntu) or libslirp (Fedora, Arch)";
        return $"libslirp is not there ({names[0]}); {remedy}.";
    }

    private static string? Bind(nint handle, string name)
    {
        var text = NativeLibrary.TryGetExport(handle, "slirp_version_string", out var export)
            ? Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)export)())
            : null;
        if (!SlirpVersion.Serves(name, text, out var version, out var problem))
        {
            NativeLibrary.Free(handle);
            return problem;
        }

        _loaded = new SlirpLibrary(handle, version, text!);
        return null;
    }
}
