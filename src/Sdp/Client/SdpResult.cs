using HostStack.Sdp.Pdus;

namespace HostStack.Sdp.Client;

/// <summary>How a query ended.</summary>
public enum SdpOutcome
{
    /// <summary>The server answered.</summary>
    Success = 0,

    /// <summary>The server answered with an error.</summary>
    ServerError,

    /// <summary>A response did not come in time.</summary>
    Timeout,

    /// <summary>The channel ended, or never opened.</summary>
    ChannelClosed,

    /// <summary>The server's response is not one.</summary>
    InvalidResponse,

    /// <summary>The server's response exceeds the client's bounds in octets or rounds.</summary>
    TooLong,
}

/// <summary>The result of a query. A server's refusal is a value, not an exception.</summary>
/// <typeparam name="T">What a server answers with.</typeparam>
/// <param name="Outcome">How the query ended.</param>
/// <param name="Value">The answer; null unless <see cref="SdpOutcome.Success"/>.</param>
/// <param name="Error">The server's error; null unless <see cref="SdpOutcome.ServerError"/>.</param>
public readonly record struct SdpResult<T>(SdpOutcome Outcome, T? Value, SdpErrorCode? Error = null)
    where T : class
{
    /// <summary>Whether there is an answer.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    public bool IsSuccess => Outcome == SdpOutcome.Success && Value is not null;

    /// <summary>One sentence for people.</summary>
    public override string ToString() => Outcome switch
    {
        SdpOutcome.Success => "The server answered.",
        SdpOutcome.ServerError => $"The server refused: {Error}.",
        SdpOutcome.Timeout => "The server did not answer in time.",
        SdpOutcome.ChannelClosed => "The channel to the server ended.",
        SdpOutcome.TooLong => "The server's answer is too long.",
        _ => "The server's answer is malformed.",
    };
}
