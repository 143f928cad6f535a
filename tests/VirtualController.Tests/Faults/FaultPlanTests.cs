using HostStack.VirtualController.Faults;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Faults;

public class FaultPlanTests
{
    private const string ReadAddress = "01 09 10 00";
    private const string Answer = "040e0a01091000" + TwoHosts.AddressOfA;

    private static TwoHosts With(FaultPlan plan) => new(radio: new RadioOptions { Faults = plan }, up: false);

    [Test]
    public void Completion_LostOrDuplicatedOrLate()
    {
        var plan = new FaultPlan(1) { Lateness = TimeSpan.FromSeconds(3) };
        plan.Commands.Add(0x1009);
        var hosts = With(plan);

        plan.LoseCompletion = 1;
        hosts.A.Send(ReadAddress);
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.Empty);
        hosts.Command(hosts.A, "01 03 0c 00");

        plan.LoseCompletion = 0;
        plan.DuplicateCompletion = 1;
        hosts.A.Send(ReadAddress);
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { Answer, Answer }));

        plan.DuplicateCompletion = 0;
        plan.DelayCompletion = 1;
        hosts.A.Send(ReadAddress);
        hosts.Simulation.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.That(hosts.A.Take(), Is.Empty);
        hosts.Simulation.Advance(TimeSpan.FromTicks(1));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { Answer }));
        Assert.That(plan.Injected, Is.EqualTo(3));
    }

    [Test]
    public void Acl_LostOrCorrupted_CreditsComeBack()
    {
        var plan = new FaultPlan(2);
        var hosts = new TwoHosts(radio: new RadioOptions { Faults = plan });
        hosts.Connect();
        plan.LoseAcl = 1;
        hosts.A.Send("02 2a 00 02 00 00 00");
        hosts.Settle();
        Assert.That(hosts.B.Take(), Is.Empty);
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "041305012a000100" }));

        plan.LoseAcl = 0;
        plan.CorruptAcl = 1;
        hosts.A.Send("02 2a 00 02 00 00 00");
        hosts.Settle();
        var arrived = Convert.ToInt32(hosts.B.Take()[0][10..], 16);
        Assert.That(System.Numerics.BitOperations.PopCount((uint)arrived), Is.EqualTo(1), "one bit flipped");
    }

    [TestCase(1, 0, "041305012a000000")]
    [TestCase(0, 1, "041305012a000200")]
    public void Credits_LeakedOrOverCompleted(double leak, double over, string expected)
    {
        var plan = new FaultPlan(3);
        var hosts = new TwoHosts(radio: new RadioOptions { Faults = plan });
        hosts.Connect();
        plan.LeakCredit = leak;
        plan.OverComplete = over;
        hosts.A.Send("02 2a 00 02 00 00 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void Moments_HappenWhenPlanned()
    {
        var plan = new FaultPlan(4);
        plan.At(TimeSpan.FromSeconds(1), "a", static controller => controller.RaiseHardwareError(0x20));
        plan.At(TimeSpan.FromSeconds(2), "a", static controller => controller.PowerOff());
        var hosts = With(plan);
        hosts.Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "04100120" }));
        hosts.Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.That(hosts.A.IsClosed);
        Assert.That(plan.Injected, Is.EqualTo(2));
        Assert.That(() => plan.At(TimeSpan.Zero, "a", static _ => { }), Throws.InvalidOperationException);
    }

    [Test]
    public void Plan_SameSeed_SameFaults_OtherSeed_Others()
    {
        var first = Run(10);
        Assert.That(Run(10), Is.EqualTo(first));
        Assert.That(Run(11), Is.Not.EqualTo(first));

        static string Run(ulong seed)
        {
            var hosts = With(new FaultPlan(seed) { LoseCompletion = 0.3, DuplicateCompletion = 0.3 });
            for (var i = 0; i < 50; i++)
            {
                hosts.A.Send(ReadAddress);
                hosts.Settle();
            }

            return string.Join('\n', hosts.A.Trace);
        }
    }
}
