using HostStack.Ethernet;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>Tests of ports in a network namespace of their own, which is gone with the test.</summary>
public abstract class TapNetworkTests
{
    private protected static readonly MacAddress Mac = new(0x001A_7DDA_7113);

    private protected TapRig Rig { get; private set; } = null!;

    /// <summary>The namespace.</summary>
    private protected string Network { get; private set; } = null!;

    [SetUp]
    public void Prepare()
    {
        TapRig.Require();
        Rig = new TapRig();
        Network = Rig.AddNamespace();
    }

    [TearDown]
    public async Task CleanAsync()
    {
        if (Rig is not null)
        {
            await Rig.DisposeAsync();
        }
    }
}
