using System.Buffers.Binary;
using System.Numerics;

namespace HostStack.VirtualController.Time;

/// <summary>Randomness that a seed replays, on every runtime and machine: xoshiro256** whose state SplitMix64 fills from
/// the seed (Blackman and Vigna). The algorithm is part of the contract: a printed seed keeps its meaning.</summary>
/// <remarks>For simulations only; nothing secret may come from it. One thread.</remarks>
public sealed class SeededRandom
{
    private const ulong GoldenGamma = 0x9E37_79B9_7F4A_7C15;

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Begins the sequence of <paramref name="seed"/>.</summary>
    /// <param name="seed">Any number; print it where a run may have to be replayed.</param>
    public SeededRandom(ulong seed)
    {
        Seed = seed;
        var state = seed;
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
    }

    /// <summary>The seed that this sequence began with.</summary>
    public ulong Seed { get; }

    /// <summary>A sequence of its own for one purpose, so that drawing for one does not shift the others.</summary>
    /// <param name="purpose">The name of the purpose; the same name and seed give the same sequence.</param>
    public SeededRandom Fork(string purpose)
    {
        const ulong fnvOffset = 0xCBF2_9CE4_8422_2325;
        const ulong fnvPrime = 0x0000_0100_0000_01B3;
        var hash = fnvOffset;
        foreach (var character in purpose)
        {
            hash = (hash ^ character) * fnvPrime;
        }

        var state = Seed ^ hash;
        return new SeededRandom(SplitMix(ref state));
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1.</summary>
    /// <param name="bound">At least 1.</param>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);
    }

    /// <summary>A fraction from 0 to just below 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Whether something that has this probability happens now.</summary>
    /// <param name="probability">0 (never, and nothing is drawn) to 1.</param>
    public bool Happens(double probability) => probability > 0 && NextDouble() < probability;

    /// <summary>Fills octets.</summary>
    /// <param name="destination">Where to.</param>
    public void Fill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[8];
        while (!destination.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, NextUInt64());
            var count = Math.Min(word.Length, destination.Length);
            word[..count].CopyTo(destination);
            destination = destination[count..];
        }
    }

    /// <summary>Octets of a given number.</summary>
    /// <param name="count">How many.</param>
    public byte[] Bytes(int count)
    {
        var octets = new byte[count];
        Fill(octets);
        return octets;
    }

    /// <summary>The seed, as it should be printed.</summary>
    public override string ToString() => $"seed 0x{Seed:X}";

    private static ulong SplitMix(ref ulong state)
    {
        state += GoldenGamma;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }
}
