namespace HostStack.VirtualController.Transport;

/// <summary>A packet of the three-wire transport, as a controller reads and writes it (Core, Vol 4, Part D).</summary>
internal sealed record H5Packet(int Type, byte[] Payload)
{
    public int Sequence { get; init; }

    public int Acknowledgement { get; init; }

    public bool IsReliable { get; init; }

    /// <summary>The octets between two delimiters, escaped, with the delimiters.</summary>
    public byte[] ToLine(bool withCheck, bool withFlowControl)
    {
        var octets = new List<byte>
        {
            (byte)((IsReliable ? 128 : 0) + (withCheck ? 64 : 0) + (8 * Acknowledgement) + Sequence),
            (byte)((16 * (Payload.Length % 16)) + Type),
            (byte)(Payload.Length / 16),
        };
        octets.Add((byte)~octets.Sum(static octet => octet));
        octets.AddRange(Payload);
        if (withCheck)
        {
            var check = Check(octets);
            octets.Add((byte)(check / 256));
            octets.Add((byte)(check % 256));
        }

        var line = new List<byte> { 0xC0 };
        foreach (var octet in octets)
        {
            line.AddRange(octet switch
            {
                0xC0 => [0xDB, 0xDC],
                0xDB => [0xDB, 0xDD],
                0x11 when withFlowControl => [0xDB, 0xDE],
                0x13 when withFlowControl => [0xDB, 0xDF],
                _ => (byte[])[octet],
            });
        }

        line.Add(0xC0);
        return [.. line];
    }

    /// <summary>Reads what stood between two delimiters; null where it is no packet.</summary>
    public static H5Packet? FromLine(IReadOnlyList<byte> line)
    {
        var octets = new List<byte>();
        for (var i = 0; i < line.Count; i++)
        {
            if (line[i] != 0xDB)
            {
                octets.Add(line[i]);
                continue;
            }

            i++;
            var plain = i == line.Count ? -1 : line[i] switch { 0xDC => 0xC0, 0xDD => 0xDB, 0xDE => 0x11, 0xDF => 0x13, _ => -1 };
            if (plain < 0)
            {
                return null;
            }

            octets.Add((byte)plain);
        }

        if (octets.Count < 4 || (octets[0] + octets[1] + octets[2] + octets[3]) % 256 != 255)
        {
            return null;
        }

        var length = (16 * octets[2]) + (octets[1] / 16);
        var check = (octets[0] & 64) != 0 ? 2 : 0;
        if (octets.Count != 4 + length + check
            || (check > 0 && Check(octets[..^2]) != (256 * octets[^2]) + octets[^1]))
        {
            return null;
        }

        return new H5Packet(octets[1] % 16, [.. octets.Skip(4).Take(length)])
        {
            Sequence = octets[0] % 8, Acknowledgement = octets[0] / 8 % 8, IsReliable = octets[0] >= 128,
        };
    }

    // The shift register as the specification draws it: x^15 on top, each octet's lowest bit first.
    private static int Check(List<byte> octets)
    {
        var register = 0xFFFF;
        foreach (var octet in octets)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var feedback = (register >> 15) ^ ((octet >> bit) & 1);
                register = ((register << 1) & 0xFFFF) ^ (feedback * 0x1021);
            }
        }

        return register;
    }
}
