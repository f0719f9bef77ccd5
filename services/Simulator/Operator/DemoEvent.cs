using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace ECommerce.Channels.Simulator.Operator;

/// <summary>One transaction of the demo operator.</summary>
/// <param name="At">When it ended, milliseconds since 1970 UTC.</param>
/// <param name="Customer">Number of the customer.</param>
/// <param name="Day">The operator's day on which the task began, as a day number; a part of the id.</param>
/// <param name="Task">Which of the customer's tasks of that day; the transactions of a task belong together, over whatever channels.</param>
/// <param name="Step">Which transaction of the task.</param>
/// <param name="Amount">In fen; 0 for none.</param>
internal readonly record struct DemoEvent(
    long At, int Customer, int Day, byte Task, byte Step, Channel Channel, Service Service, byte Region, byte Brand, Outcome Outcome, Reason Reason,
    int Amount, int DurationMs, bool Assisted)
{
    /// <summary>No line is longer.</summary>
    public const int LongestLine = 480;

    public string Pseudonym => PseudonymOf(Customer);

    /// <summary>Unique within the source, and the same whenever this transaction is made again.</summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{TaskId}.{Step}");

    public string TaskId => string.Create(CultureInfo.InvariantCulture, $"d{Day}.{Customer:x5}.{Task}");

    /// <summary>What a customer of this number is called everywhere.</summary>
    public static string PseudonymOf(int customer) => string.Create(CultureInfo.InvariantCulture, $"c_demo-{customer:x5}");

    /// <summary>Writes it as a line of the ingestion API; returns the bytes written.</summary>
    public int Write(Span<byte> line)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(At).UtcDateTime;
        var length = Add(line, $"{{\"id\":\"d{Day}.{Customer:x5}.{Task}.{Step}\",\"at\":\"{at:yyyy-MM-ddTHH:mm:ss.fff}Z\",\"customer\":\"c_demo-{Customer:x5}\"");
        length += Add(line[length..], $",\"channel\":\"{Codes.Channels[(int)Channel]}\",\"service\":\"{Codes.Services[(int)Service]}\"");
        length += Add(line[length..], $",\"outcome\":\"{Codes.Outcomes[(int)Outcome]}\",\"region\":\"{Codes.Regions[Region]}\",\"brand\":\"{Codes.Brands[Brand]}\"");
        length += Add(line[length..], $",\"durationMs\":{DurationMs},\"task\":\"d{Day}.{Customer:x5}.{Task}\"");
        if (Reason != Reason.None) length += Add(line[length..], $",\"reason\":\"{Codes.Reasons[(int)Reason]}\"");
        if (Amount > 0) length += Add(line[length..], $",\"amount\":{Amount}");
        if (Assisted) length += Add(line[length..], $",\"assisted\":true");
        return length + Add(line[length..], $"}}\n");
    }

    public override string ToString()
    {
        Span<byte> line = stackalloc byte[LongestLine];
        return Encoding.UTF8.GetString(line[..Write(line)].TrimEnd((byte)'\n'));
    }

    private static int Add(Span<byte> line, [InterpolatedStringHandlerArgument(nameof(line))] Utf8.TryWriteInterpolatedStringHandler text) =>
        Utf8.TryWrite(line, ref text, out var written) ? written : throw new ArgumentException("The line is too short.", nameof(line));
}
