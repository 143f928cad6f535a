using HostStack.NetDevices.Linux.Native;

namespace HostStack.NetDevices.Linux.Netlink;

/// <summary>How a request ended.</summary>
/// <param name="Error">The kernel's error; none where it did what was asked.</param>
/// <param name="Text">What the kernel said in words; null where it said nothing.</param>
internal readonly record struct NetlinkAnswer(Errno Error, string? Text)
{
    private const ushort MessageAttribute = 1;
    private const int CodeSize = 4;

    /// <summary>Whether the kernel did what was asked.</summary>
    public bool Succeeded => Error == Errno.None;

    /// <summary>Reads an error message (struct nlmsgerr) or the end of a dump.</summary>
    /// <remarks><c>| negative error 4 | header of the request 16 | its body, unless capped | attributes |</c></remarks>
    /// <param name="message">A message of type Error or Done.</param>
    /// <param name="answer">The answer.</param>
    /// <returns>False where the message is too short.</returns>
    public static bool TryParse(in NetlinkMessage message, out NetlinkAnswer answer)
    {
        answer = default;
        var body = message.Body;
        if (body.Length < CodeSize)
        {
            // The end of a dump of an old kernel has no code.
            return message.Type == NetlinkType.Done;
        }

        string? text = null;
        var flags = (AnswerFlags)message.Flags;
        if (message.Type == NetlinkType.Error && flags.HasFlag(AnswerFlags.Attributes)
            && body.Length >= CodeSize + NetlinkWriter.HeaderSize)
        {
            var request = BitConverter.ToUInt32(body[CodeSize..]);
            var skipped = flags.HasFlag(AnswerFlags.Capped) ? NetlinkWriter.HeaderSize : NetlinkWriter.Align((int)request);
            if (skipped >= NetlinkWriter.HeaderSize && skipped <= body.Length - CodeSize)
            {
                text = TextOf(body[(CodeSize + skipped)..]);
            }
        }

        answer = new NetlinkAnswer((Errno)(-BitConverter.ToInt32(body)), text);
        return true;
    }

    private static string? TextOf(ReadOnlySpan<byte> octets)
    {
        var attributes = new NetlinkAttributes(octets);
        while (attributes.TryNext())
        {
            if (attributes.Type == MessageAttribute)
            {
                return attributes.Text;
            }
        }

        return null;
    }
}
