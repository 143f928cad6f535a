using System.Globalization;
using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Transport.UserChannel;

/// <summary>An adapter of the Linux kernel, by its user channel: <c>hci-user:0</c> for hci0, <c>hci-user:</c> for the one with
/// the lowest number. The kernel keeps its driver and the loading of firmware; BlueZ is kept out while the channel is
/// open.</summary>
public sealed class UserChannelControllerSource : IControllerSource
{
    internal const string Scheme = "hci-user";

    private const string Prefix = "hci";

    // HCI_DEV_NONE: no adapter has it.
    private const ushort NoAdapter = 0xFFFF;

    private readonly ushort? _number;
    private readonly IKernelAdapters? _adapters;
    private readonly Func<WakeDescriptor> _wake;
    private readonly BlockingOpening _opening = new();

    /// <summary>Makes the source; nothing is opened yet.</summary>
    /// <param name="number">N of hciN; null for the lowest that is there.</param>
    public UserChannelControllerSource(ushort? number = null)
        : this(number, OperatingSystem.IsLinux() ? new KernelAdapters() : null)
    {
    }

    internal UserChannelControllerSource(ushort? number, IKernelAdapters? adapters, Func<WakeDescriptor>? wake = null)
    {
        if (number is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfEqual(given, NoAdapter, nameof(number));
        }

        _number = number;
        _adapters = adapters;
        _wake = wake ?? WakeDescriptor.Create;
    }

    /// <inheritdoc/>
    public string Uri => UriOf(_number);

    /// <summary>Reads <c>0</c>, <c>hci0</c>, or nothing.</summary>
    /// <param name="address">The text behind <c>hci-user:</c>.</param>
    /// <exception cref="FormatException">The text has not this form.</exception>
    public static UserChannelControllerSource Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.Length == 0)
        {
            return new UserChannelControllerSource();
        }

        var digits = address.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? address.AsSpan(Prefix.Length) : address;
        return ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != NoAdapter
            ? new UserChannelControllerSource(number)
            : throw new FormatException(
                $"'{Scheme}:{address}' does not name an adapter; write it like hci-user:0, or hci-user: for the one with the lowest number.");
    }

    /// <summary>The adapters of this machine's kernel, from the lowest number. None is opened; without Linux there are none.</summary>
    public static IReadOnlyList<KernelAdapter> List() => OperatingSystem.IsLinux() ? List(new KernelAdapters()) : [];

    internal static IReadOnlyList<KernelAdapter> List(IKernelAdapters adapters)
    {
        var numbers = adapters.List();
        return [.. numbers.Select(number => new KernelAdapter(
            UriOf(number),
            adapters.Describe(number),
            adapters.Probe(number) is not Errno.None and var error ? UserChannelRefusal.Of(error, number, numbers) : null))];
    }

    /// <inheritdoc/>
    public Task<IHciTransport> OpenAsync(CancellationToken cancellationToken) => OpenAnyAsync(null, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>A name without a number finds the USB device that was open before, also where its adapter has another number
    /// now.</remarks>
    public Task<IHciTransport> ReopenAsync(ControllerDevice before, CancellationToken cancellationToken) =>
        OpenAnyAsync(before, cancellationToken);

    private static string UriOf(ushort? number) => string.Create(CultureInfo.InvariantCulture, $"{Scheme}:{number}");

    // The kernel's driver takes its time to start a chip.
    private Task<IHciTransport> OpenAnyAsync(ControllerDevice? before, CancellationToken cancellationToken) =>
        _opening.RunAsync<IHciTransport>(() => Open(before), static late => late.DisposeAsync(), cancellationToken);

    private UserChannelTransport Open(ControllerDevice? before)
    {
        var adapters = _adapters
            ?? throw new ControllerUnavailableException("hci-user: is a door of Linux; use usb: or h4:serial: on this system.");
        var number = _number ?? Choose(adapters, before);
        var device = adapters.Describe(number);
        if (adapters.TryOpen(number, out var socket) is not Errno.None and var error)
        {
            throw new ControllerUnavailableException(UserChannelRefusal.Of(error, number, adapters.List()));
        }

        try
        {
            return new UserChannelTransport(UriOf(number), new PolledDescriptor(socket!, wake: _wake()), device);
        }
        catch (IOException failure)
        {
            // The adapter is this process's already: nobody could open it again.
            socket!.Dispose();
            throw new ControllerUnavailableException(UserChannelRefusal.Of(Errno.EMFILE, number, []), failure);
        }
    }

    private static ushort Choose(IKernelAdapters adapters, ControllerDevice? before)
    {
        var numbers = adapters.List();
        foreach (var number in numbers)
        {
            if (before is null || before.MayBe(adapters.Describe(number)))
            {
                return number;
            }
        }

        throw new ControllerUnavailableException(UserChannelRefusal.NotThere(before is null ? "hci0" : $"with {before}", numbers));
    }
}
