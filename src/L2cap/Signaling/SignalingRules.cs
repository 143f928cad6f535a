using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;

namespace HostStack.L2cap.Signaling;

/// <summary>What the kind of a link decides for its signalling channel (Core, Vol 3, Part A, 4).</summary>
/// <param name="Channel">Where commands go.</param>
/// <param name="PeerMtu">What every peer takes without being asked: the longest PDU that this side sends unasked.</param>
/// <param name="AcceptedMtu">The longest signalling PDU that this side takes: what a Command Reject states.</param>
/// <param name="HasConnectionCommands">Whether PSM connections and their configuration exist on the link.</param>
internal readonly record struct SignalingRules(
    ChannelId Channel, ushort PeerMtu, ushort AcceptedMtu, bool HasConnectionCommands)
{
    /// <summary>MTUsig that every BR/EDR device supports.</summary>
    public const ushort BrEdrMinimumMtu = 48;

    /// <summary>MTUsig of LE, fixed.</summary>
    public const ushort LeMtu = 23;

    /// <summary>What this side takes on BR/EDR.</summary>
    public const ushort BrEdrAcceptedMtu = 672;

    /// <summary>The rules of one kind of link.</summary>
    public static SignalingRules For(LinkKind kind) => kind switch
    {
        LinkKind.Le => new(ChannelId.LeSignaling, LeMtu, LeMtu, HasConnectionCommands: false),
        _ => new(ChannelId.Signaling, BrEdrMinimumMtu, BrEdrAcceptedMtu, HasConnectionCommands: true),
    };
}
