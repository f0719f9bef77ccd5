namespace ECommerce.Channels.Platform.State;

/// <summary>What every store takes; the narrowest of the stores sets it, so that a service works on all of them.</summary>
internal static class StateLimits
{
    public const int KeyLength = 256;
    public const int ValueBytes = 1 << 20;
    public const int Items = 100;

    /// <summary>The sidecar takes messages of 4 MiB.</summary>
    public const int TransactionBytes = 3 << 20;

    public static void Check(StateOperation operation)
    {
        CheckKey(operation.Key);
        if (operation.Value is { } value) CheckValue(operation.Key, value);
        if (operation.Value is null && operation.Condition.MustBeAbsent)
            throw new ArgumentException($"A deletion of '{operation.Key}' can not expect that it is absent.");
        if (operation.TimeToLive is { } live && (live <= TimeSpan.Zero || live > TimeSpan.FromDays(10_000)))
            throw new ArgumentException($"Time to live of '{operation.Key}' is {live}; it must be positive and at most 10,000 days.");
    }

    /// <summary>Checks a transaction and puts its keys into one order for every writer, so that two never wait for each other crosswise.</summary>
    public static IReadOnlyList<StateOperation> Ordered(IReadOnlyCollection<StateOperation> operations)
    {
        if (operations.Count is 0 or > Items) throw new ArgumentException($"A transaction has 1 to {Items} operations, not {operations.Count}.");
        foreach (var operation in operations) Check(operation);
        var bytes = operations.Sum(operation => operation.Value?.Length ?? 0);
        if (bytes > TransactionBytes) throw new ArgumentException($"The values of a transaction have {bytes} bytes; {TransactionBytes} are allowed.");
        return [.. operations.OrderBy(operation => operation.Key, StringComparer.Ordinal)];
    }

    public static void CheckKeys(IReadOnlyCollection<string> keys)
    {
        if (keys.Count > Items) throw new ArgumentException($"At most {Items} keys at once, not {keys.Count}.");
        foreach (var key in keys) CheckKey(key);
    }

    public static void CheckKey(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (key.Length > KeyLength || key.Contains("||", StringComparison.Ordinal) || key.Any(c => char.IsControl(c) || char.IsSurrogate(c)))
            throw new ArgumentException($"A key has 1 to {KeyLength} characters, no control characters and no ||; this one has {key.Length}.");
    }

    /// <summary>Whole seconds, rounded up.</summary>
    public static int? Seconds(TimeSpan? timeToLive) => timeToLive is { } live ? (int)Math.Ceiling(live.TotalSeconds) : null;

    private static void CheckValue(string key, ReadOnlyMemory<byte> value)
    {
        if (value.Length is 0 or > ValueBytes) throw new ArgumentException($"A value has 1 to {ValueBytes} bytes; that of '{key}' has {value.Length}.");
    }
}
