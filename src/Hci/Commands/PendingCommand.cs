using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Commands;

/// <summary>One command between the call and its end: its octets, and whom to tell.</summary>
internal abstract class PendingCommand(OpCode opCode)
{
    public OpCode OpCode { get; } = opCode;

    /// <summary>Fires where the controller does not answer.</summary>
    public LoopTimer? Timer { get; set; }

    /// <summary>Octets of the parameters.</summary>
    public abstract int ParametersSize { get; }

    /// <summary>Whether a vendor event ends the command.</summary>
    public virtual bool EndsWithVendorEvent => false;

    /// <summary>Whether nothing ends the command but that it was sent.</summary>
    public virtual bool EndsWhenSent => false;

    /// <summary>How long the controller may take over it; null for the usual time.</summary>
    public virtual TimeSpan? AnswerTime => null;

    public abstract void WriteParameters(ref WireWriter writer);

    /// <summary>Command Complete came.</summary>
    /// <returns>False where the return parameters were not those of the command: a failure was reported in their
    /// place.</returns>
    public abstract bool Complete(ReadOnlySpan<byte> returnParameters);

    /// <summary>Command Status came, or stands for what would have come.</summary>
    /// <returns>Whether the command has ended; false where a completion is still to come.</returns>
    public abstract bool Status(HciStatus status);

    /// <summary>The controller is lost.</summary>
    public abstract void Fail(Exception failure);
}

/// <summary>A command that Command Complete ends.</summary>
internal sealed class PendingCompletion<TReturn>(IHciCommand<TReturn> command) : PendingCommand(command.OpCode)
    where TReturn : struct, IReturnParameters<TReturn>
{
    private readonly TaskCompletionSource<TReturn> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TReturn> Task => _completion.Task;

    public override int ParametersSize => command.EncodedSize;

    public override void WriteParameters(ref WireWriter writer) => command.Write(ref writer);

    public override bool Complete(ReadOnlySpan<byte> returnParameters)
    {
        if (TReturn.TryParse(returnParameters, out var value))
        {
            _completion.TrySetResult(value);
            return true;
        }

        // Too short or too long, as some clones answer: their status stands where it is a failure, else there is none.
        var status = returnParameters.IsEmpty ? HciStatus.Success : (HciStatus)returnParameters[0];
        SetFailure(status == HciStatus.Success ? HciStatus.Unspecified : status);
        return false;
    }

    public override bool Status(HciStatus status)
    {
        if (status == HciStatus.Success)
        {
            return false;
        }

        SetFailure(status);
        return true;
    }

    public override void Fail(Exception failure) => _completion.TrySetException(failure);

    private void SetFailure(HciStatus status)
    {
        _ = TReturn.TryParse([(byte)status], out var failure);
        _completion.TrySetResult(failure);
    }
}

/// <summary>A command that Command Status acknowledges.</summary>
internal sealed class PendingStatus(IHciStatusCommand command) : PendingCommand(command.OpCode)
{
    private readonly TaskCompletionSource<HciStatus> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<HciStatus> Task => _completion.Task;

    public override int ParametersSize => command.EncodedSize;

    public override void WriteParameters(ref WireWriter writer) => command.Write(ref writer);

    // Controllers that do not know a command may refuse it by Command Complete with a bare status.
    public override bool Complete(ReadOnlySpan<byte> returnParameters)
    {
        _completion.TrySetResult(returnParameters.IsEmpty ? HciStatus.Unspecified : (HciStatus)returnParameters[0]);
        return !returnParameters.IsEmpty;
    }

    public override bool Status(HciStatus status)
    {
        _completion.TrySetResult(status);
        return true;
    }

    public override void Fail(Exception failure) => _completion.TrySetException(failure);
}

/// <summary>A vendor's command.</summary>
internal sealed class PendingRaw(RawCommand command) : PendingCommand(command.OpCode)
{
    private readonly TaskCompletionSource<RawReturn> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<RawReturn> Task => _completion.Task;

    public override int ParametersSize => command.Parameters.Length;

    public override bool EndsWithVendorEvent => command.Answer == RawAnswer.VendorEvent;

    public override bool EndsWhenSent => command.Answer == RawAnswer.Nothing;

    public override TimeSpan? AnswerTime => command.AnswerTime;

    public override void WriteParameters(ref WireWriter writer) => writer.Bytes(command.Parameters.Span);

    public override bool Complete(ReadOnlySpan<byte> returnParameters)
    {
        _completion.TrySetResult(new RawReturn(RawAnswer.CommandComplete, HciStatus.Success, returnParameters.ToArray()));
        return true;
    }

    public override bool Status(HciStatus status)
    {
        // The acknowledgement of a command whose answer is still to come.
        if (status == HciStatus.Success && command.Answer != RawAnswer.CommandStatus)
        {
            return false;
        }

        _completion.TrySetResult(new RawReturn(RawAnswer.CommandStatus, status, default));
        return true;
    }

    public void Sent() => _completion.TrySetResult(new RawReturn(RawAnswer.Nothing, HciStatus.Success, default));

    public void VendorEvent(ReadOnlySpan<byte> parameters) =>
        _completion.TrySetResult(new RawReturn(RawAnswer.VendorEvent, HciStatus.Success, parameters.ToArray()));

    public override void Fail(Exception failure) => _completion.TrySetException(failure);
}
