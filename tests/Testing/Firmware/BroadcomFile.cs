namespace HostStack.Testing.Firmware;

/// <summary>Writes a Broadcom patch: Write RAM commands, Launch RAM; and knows what the RAM must hold afterwards.</summary>
public static class BroadcomFile
{
    public static byte[] Of(params (uint Address, byte[] Octets)[] writes)
    {
        List<byte> file = [];
        foreach (var (address, octets) in writes)
        {
            file.AddRange([0x4C, 0xFC, (byte)(4 + octets.Length), .. Address(address), .. octets]);
        }

        return [.. file, 0x4E, 0xFC, 0x04, 0xFF, 0xFF, 0xFF, 0xFF];
    }

    public static Dictionary<uint, byte> Memory(params (uint Address, byte[] Octets)[] writes)
    {
        Dictionary<uint, byte> memory = [];
        foreach (var (address, octets) in writes)
        {
            for (var i = 0; i < octets.Length; i++)
            {
                memory[address + (uint)i] = octets[i];
            }
        }

        return memory;
    }

    private static byte[] Address(uint value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];
}
