using HostStack.Hci.Packets;

namespace HostStack.Hci.Commands;

/// <summary>What ends a raw command.</summary>
public enum RawAnswer
{
    /// <summary>Command Complete.</summary>
    CommandComplete = 0,

    /// <summary>Command Status.</summary>
    CommandStatus,

    /// <summary>The next vendor event: some controllers answer their maker's commands by nothing else.</summary>
    VendorEvent,

    /// <summary>Nothing: the controller starts over without a word. It takes one command afterwards.</summary>
    Nothing,
}

/// <summary>A command by its code: a vendor's, or one that has no type here.</summary>
/// <param name="OpCode">The code.</param>
/// <param name="Parameters">Its parameters, at most 255 octets.</param>
/// <param name="Answer">What ends it.</param>
public readonly record struct RawCommand(
    OpCode OpCode, ReadOnlyMemory<byte> Parameters, RawAnswer Answer = RawAnswer.CommandComplete)
{
    /// <summary>How long the controller may take; null for as long as any command: 2 s.</summary>
    public TimeSpan? AnswerTime { get; init; }
}

/// <summary>How a raw command ended.</summary>
/// <param name="Answer">What ended it.</param>
/// <param name="Status">The status of a Command Status; else success, for the parameters are the maker's own.</param>
/// <param name="Parameters">Return parameters, or the vendor event's parameters.</param>
public readonly record struct RawReturn(RawAnswer Answer, HciStatus Status, ReadOnlyMemory<byte> Parameters);
