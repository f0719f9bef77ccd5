namespace ECommerce.Channels.Platform.Messaging;

/// <summary>Headers of one record in one column: the record format of the log, with nothing else in it.</summary>
internal static class HeaderCodec
{
    public static byte[] Encode(IReadOnlyList<LogHeader>? headers)
    {
        if (headers is not { Count: > 0 }) return [];
        var writer = new SegmentWriter();
        writer.Add(0, new LogRecord("", ReadOnlyMemory<byte>.Empty, headers));
        return writer.ToArray();
    }

    public static IReadOnlyList<LogHeader> Decode(ReadOnlySpan<byte> encoded)
    {
        var reader = new SegmentReader(encoded);
        return reader.Next(headers: true) ? reader.Headers ?? [] : [];
    }
}
