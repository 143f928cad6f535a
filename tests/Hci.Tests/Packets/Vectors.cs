using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Packets;

/// <summary>Fields that many golden vectors share; address, handle and key are those of the captures.</summary>
internal static class Vectors
{
    public const string A = "42 00 00 01 aa 00";
    public const string H = "2a 00";
    public const string K = "00 01 02 03 04 05 06 07 08 09 00 01 02 03 04 05";
    public const string C = "c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 ca cb cc cd ce cf";
    public const string R = "d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 da db dc dd de df";
    public const string C2 = "e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 ea eb ec ed ee ef";
    public const string R2 = "f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 fa fb fc fd fe ff";

    /// <summary>The data of a capture: name, TX power, device id, 16-bit services up to 0x1116.</summary>
    public const string Eir =
        "0b 09 42 6c 75 65 5a 20 35 2e 36 36 02 0a 00 09 10 02 00 6b 1d 46 02 42 05 0d 03 00 18 01 18 0a 18 0e 11 0c 11 16 11";

    public static readonly BdAddr Peer = BdAddr.Parse("00:AA:01:00:00:42");
    public static readonly ConnectionHandle Link = new(0x002A);
    public static readonly LinkKey Key = new(WireCase.Hex(K));
    public static readonly OobValue Hash = new(WireCase.Hex(C));
    public static readonly OobValue Randomizer = new(WireCase.Hex(R));
    public static readonly OobValue Hash256 = new(WireCase.Hex(C2));
    public static readonly OobValue Randomizer256 = new(WireCase.Hex(R2));

    /// <summary>"BlueZ 5.66" as the captures have it, in its field of 248 octets.</summary>
    public static readonly string NameField = "42 6c 75 65 5a 20 35 2e 36 36" + WireCase.Zeros(238);

    public static readonly DeviceName Name = new(WireCase.Hex("42 6c 75 65 5a 20 35 2e 36 36"));

    public static readonly string EirField = Eir + WireCase.Zeros(EirData.Size - 39);

    public static readonly EirData EirValue = new(WireCase.Hex(Eir));
}
