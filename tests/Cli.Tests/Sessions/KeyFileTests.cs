using HostStack.Cli.Sessions;

namespace HostStack.Cli.Tests.Sessions;

[TestFixture]
public sealed class KeyFileTests
{
    [Test]
    public void DefaultPath_OnUnix_FollowsTheBaseDirectories()
    {
        Assume.That(OperatingSystem.IsWindows(), Is.False);
        Assert.Multiple(() =>
        {
            Assert.That(PathWith(("XDG_DATA_HOME", "/data"), ("HOME", "/home/me")), Is.EqualTo("/data/hoststack/link-keys.json"));
            Assert.That(PathWith(("HOME", "/home/me")), Is.EqualTo("/home/me/.local/share/hoststack/link-keys.json"));
            Assert.That(PathWith(("XDG_DATA_HOME", "relative"), ("HOME", "/home/me")), Is.EqualTo("/home/me/.local/share/hoststack/link-keys.json"));
        });
    }

    [Test]
    public void DefaultPath_OfAService_IsInItsStateFolder()
    {
        Assume.That(OperatingSystem.IsWindows(), Is.False);
        Assert.That(PathWith(("STATE_DIRECTORY", "/var/lib/hoststack"), ("HOME", "/home/me")), Is.EqualTo("/var/lib/hoststack/link-keys.json"));
        Assert.That(PathWith(("STATE_DIRECTORY", "/var/lib/a:/var/lib/b")), Is.EqualTo("/var/lib/a/link-keys.json"), "the first of several");
        Assert.That(PathWith(("STATE_DIRECTORY", ""), ("HOME", "/home/me")), Is.EqualTo("/home/me/.local/share/hoststack/link-keys.json"));
    }

    [Test]
    public void DefaultPath_WithoutAHome_SaysWhatToDo() =>
        Assert.That(() => PathWith(), Throws.TypeOf<CommandFailedException>().With.Message.Contains("--keys"));

    private static string PathWith(params (string Name, string Value)[] variables) =>
        KeyFile.DefaultPath(name => variables.Where(variable => variable.Name == name).Select(static variable => variable.Value).FirstOrDefault());
}
