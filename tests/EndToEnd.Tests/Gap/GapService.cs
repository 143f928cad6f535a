using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.L2cap.Channels;

namespace HostStack.EndToEnd.Tests.Gap;

/// <summary>Services that ask for a level, and channels to them.</summary>
internal static class GapService
{
    public static readonly Psm First = new(0x1001);
    public static readonly Psm Second = new(0x1003);

    public static readonly SecurityRequirement LevelTwo = new();
    public static readonly SecurityRequirement LevelThree = new() { Authenticated = true };
    public static readonly SecurityRequirement LevelFour = new() { Authenticated = true, SecureConnectionsOnly = true };

    /// <summary>Serves; the result counts the channels that were let in.</summary>
    public static async Task<CountingUser> ServeAsync(GapDevice device, SecurityRequirement level, Psm? psm = null)
    {
        var user = new CountingUser();
        await device.Host.Loop.InvokeAsync(() => device.Host.Listen(new ServiceRegistration
        {
            Psm = psm ?? First,
            Options = new ChannelOptions { Security = level },
            Accept = _ => user,
        }));
        return user;
    }

    /// <summary>Asks for a channel, the link made where there is none.</summary>
    public static async Task<ChannelOutcome> OpenAsync(
        GapDevice from, GapDevice to, SecurityRequirement level, Psm? psm = null)
    {
        var up = await from.Host.ConnectLinkAsync(to.Address);
        Assert.That(up.IsUp, Is.True, up.Status.ToString());
        return await from.Host.Loop.RunAsync(() => from.Host.L2cap.ConnectAsync(
            up.Link!, psm ?? First, new ChannelOptions { Security = level }, new CountingUser()));
    }

    public static async Task<LinkSecurity> SecurityOf(GapDevice device) =>
        (await device.Host.GetStatusAsync()).Links.Single().Security;

    internal sealed class CountingUser : IChannelObserver
    {
        public int Opened { get; private set; }

        void IChannelObserver.Opened(IL2capChannel channel) => Opened++;

        public void Received(IL2capChannel channel, ReadOnlySpan<byte> sdu)
        {
        }

        public void Writable(IL2capChannel channel)
        {
        }

        public void Closed(IL2capChannel channel, ChannelCloseReason reason)
        {
        }
    }
}
