using HostStack.Hci.Commands;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Security;

/// <summary>A controller that takes every command, and whose answers a test scripts.</summary>
internal sealed class FakeCommands : ICommandSender
{
    private readonly Queue<string> _sent = new();

    public HashSet<OpCode> Unsupported { get; } = [];

    /// <summary>Return parameters by command, status first; without one: success and the command's own address.</summary>
    public Dictionary<OpCode, byte[]> Returns { get; } = [];

    /// <summary>Statuses of acknowledgement, each used once.</summary>
    public Dictionary<OpCode, HciStatus> Statuses { get; } = [];

    public byte KeySize { get; set; } = 16;

    /// <summary>What a command that returns something waits for; null: nothing.</summary>
    public Task? Delay { get; set; }

    public int Count => _sent.Count;

    public bool Supports(OpCode opCode) => !Unsupported.Contains(opCode);

    public async Task<TReturn> SendAsync<TReturn>(IHciCommand<TReturn> command)
        where TReturn : struct, IReturnParameters<TReturn>
    {
        var parameters = Record(command);
        byte[] answer = Returns.TryGetValue(command.OpCode, out var scripted) ? scripted
            : command.OpCode == OpCode.ReadEncryptionKeySize ? [0, .. parameters, KeySize]
            : [0, .. parameters[..6]];
        Assert.That(TReturn.TryParse(answer, out var value), Is.True, $"The test's answer to {command.OpCode} is malformed.");
        if (Delay is { } delay)
        {
            await delay;
        }

        return value;
    }

    public Task<HciStatus> SendAsync(IHciStatusCommand command)
    {
        Record(command);
        Statuses.Remove(command.OpCode, out var status);
        return Task.FromResult(status);
    }

    /// <summary>The oldest command that was sent: code, length, parameters.</summary>
    public string Take() => _sent.Count == 0 ? "(none)" : _sent.Dequeue();

    private byte[] Record(IHciCommand command)
    {
        var parameters = new byte[command.EncodedSize];
        var writer = new WireWriter(parameters);
        command.Write(ref writer);
        Assert.That(writer.Length, Is.EqualTo(parameters.Length));
        var code = command.OpCode.Value;
        _sent.Enqueue(Convert.ToHexString([(byte)code, (byte)(code >> 8), (byte)parameters.Length, .. parameters]));
        return parameters;
    }
}
