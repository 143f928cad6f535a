using HostStack.VirtualController.Faults;
using HostStack.VirtualController.Radio;

namespace HostStack.EndToEnd.Tests.Serial;

/// <summary>A radio by the real clock, for the controllers behind serial ports; anew for each test.</summary>
internal abstract class LineFixture
{
    protected VirtualRadio Radio { get; private set; } = null!;

    protected FaultPlan Faults { get; private set; } = null!;

    [SetUp]
    public void StartRadio()
    {
        Faults = new FaultPlan(seed: 1);
        Radio = new VirtualRadio(new RadioOptions { Seed = 1, Faults = Faults });
        Radio.Start();
    }

    [TearDown]
    public void EndRadio()
    {
        Assert.That(Radio.Loop.Faults, Is.Zero);
        Radio.Dispose();
    }
}
