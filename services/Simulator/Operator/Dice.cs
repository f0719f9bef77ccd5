namespace ECommerce.Channels.Simulator.Operator;

/// <summary>
/// Chance that can be asked again: the same seed and the same place always throw the same numbers, in whatever order places are visited.
/// SplitMix64 (Steele, Lea, Flood, 2014).
/// </summary>
internal struct Dice(ulong start)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong state = start;

    /// <summary>The dice of one place, for example of a customer on a day.</summary>
    public static Dice Of(ulong seed, ulong one, ulong two = 0) => new(Mix(Mix(seed ^ Mix(one + Step)) ^ (two * 0xD6E8FEB86659FD93)));

    public ulong Next()
    {
        state += Step;
        return Mix(state);
    }

    /// <summary>In [0, 1).</summary>
    public double Part() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Happens(double probability) => Part() < probability;

    public int Below(int count) => (int)(Part() * count);

    /// <summary>An index, as likely as its weight; weights need not sum to one.</summary>
    public int Pick(ReadOnlySpan<double> weights)
    {
        var total = 0.0;
        foreach (var weight in weights) total += weight;
        var left = Part() * total;
        for (var index = 0; index < weights.Length - 1; index++)
        {
            left -= weights[index];
            if (left < 0) return index;
        }
        return weights.Length - 1;
    }

    /// <summary>Standard normal, by Box and Muller.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Part())) * Math.Cos(2 * Math.PI * Part());

    /// <summary>How often something of a small mean happens; at most four times.</summary>
    public int Few(double mean)
    {
        var left = Part();
        // Most often nothing happens, and e^-m is never below 1 - m.
        if (left < 1 - mean) return 0;
        var term = Math.Exp(-mean);
        var count = 0;
        while (left >= term && count < 4)
        {
            left -= term;
            term *= mean / ++count;
        }
        return count;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
