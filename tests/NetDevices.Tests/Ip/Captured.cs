namespace HostStack.NetDevices.Tests.Ip;

/// <summary>Packets of Linux, from the capture nap-accepted.client (BNEP, so without the addresses of Ethernet) and from
/// 6lowpan.central, whose IPv6 headers were compressed on the air and are written out here; every checksum is Linux's.</summary>
internal static class Captured
{
    /// <summary>Packet 275: who has 192.168.50.1? Tell 192.168.50.2 (00:AA:01:01:00:42).</summary>
    public const string ArpRequest = "0001080006040001" + "00AA01010042" + "C0A83202" + "000000000000" + "C0A83201";

    /// <summary>Packet 277: 192.168.50.1 is at 00:AA:01:00:00:42.</summary>
    public const string ArpReply = "0001080006040002" + "00AA01000042" + "C0A83201" + "00AA01010042" + "C0A83202";

    /// <summary>Packet 278: echo request, 192.168.50.2 to .1.</summary>
    public const string EchoRequest4 =
        "4500005456A640004001FEAEC0A83202C0A83201" + "0800E8CC01460000" + "5DEBB001" +
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>Packet 280: its reply.</summary>
    public const string EchoReply4 =
        "450000544AEF000040014A66C0A83201C0A83202" + "0000F0CC01460000" + "5DEBB001" +
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>Packet 270: is fe80::2aa:1ff:fe01:42 free? (Duplicate address detection, with a nonce option.)</summary>
    public const string DuplicateProbe =
        "6000000000203AFF" + "00000000000000000000000000000000" + "FF0200000000000000000001FF010042" +
        "87000A8500000000" + "FE8000000000000002AA01FFFE010042" + "0E01206FE73E58BB";

    /// <summary>6lowpan, packet 395: who has fd00:1::1? From fd00:1::2.</summary>
    public const string Solicitation =
        "6000000000203AFF" + "FD000001000000000000000000000002" + "FF0200000000000000000001FF000001" +
        "87007DAA00000000" + "FD000001000000000000000000000001" + "010100AA01010042";

    /// <summary>6lowpan, packet 397: fd00:1::1 is at 00:AA:01:00:00:42.</summary>
    public const string Advertisement =
        "6000000000203AFF" + "FD000001000000000000000000000001" + "FD000001000000000000000000000002" +
        "88001CAE60000000" + "FD000001000000000000000000000001" + "020100AA01000042";

    /// <summary>6lowpan, packet 398: echo request, fd00:1::2 to ::1.</summary>
    public const string EchoRequest6 =
        "60056E3B00403A40" + "FD000001000000000000000000000002" + "FD000001000000000000000000000001" +
        "800024B000DB0000" + "C9F19601" +
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>6lowpan, packet 403: its reply.</summary>
    public const string EchoReply6 =
        "6000000000403A40" + "FD000001000000000000000000000001" + "FD000001000000000000000000000002" +
        "810023B000DB0000" + "C9F19601" +
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000";

    public static byte[] Octets(string packet) => Convert.FromHexString(packet);
}
