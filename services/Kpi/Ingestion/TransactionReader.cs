using System.Text.Json;
using System.Text.Unicode;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Kpi.Ingestion;

/// <summary>How an event came: what it may say of itself.</summary>
internal enum TransactionForm
{
    /// <summary>By the API: the source is its sender's.</summary>
    Api,

    /// <summary>By an import, which has a source, and events that have a row.</summary>
    Import,

    /// <summary>From the log, where the service has written down source, import, row and history.</summary>
    Log,
}

/// <summary>
/// Reads any JSON and says of every field what is wrong with it. Slower than <see cref="TransactionScanner"/>, which hands over
/// what it does not take. One instance reads one event at a time; a view is valid until the next.
/// </summary>
internal sealed class TransactionReader
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 64 };
    private byte[] scratch = new byte[1024];
    private int used;

    /// <summary>True where the event keeps every rule but that of its time, which depends on the clock.</summary>
    /// <param name="form">Which fields there are; others are ignored.</param>
    public bool TryRead(ReadOnlySpan<byte> json, TransactionForm form, ref TransactionView view, FieldErrors errors)
    {
        view = default;
        view.Amount = -1;
        view.Duration = -1;
        view.At = -1;
        used = 0;
        // Decoded text is never longer than its JSON, and room made once keeps earlier slices valid.
        if (scratch.Length < json.Length) scratch = new byte[json.Length];
        if (!Utf8.IsValid(json))
        {
            errors.Add("body", "不是有效的 UTF-8", "is not valid UTF-8");
            return false;
        }
        try
        {
            return ReadObject(json, form, ref view, errors);
        }
        // The second: a name with an escape that is half a character, which the reader finds out when it is asked for the name.
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            errors.Add("body", "不是有效的 JSON", "is not valid JSON");
            return false;
        }
    }

    private bool ReadObject(ReadOnlySpan<byte> json, TransactionForm form, ref TransactionView view, FieldErrors errors)
    {
        var reader = new Utf8JsonReader(json, Strict);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            errors.Add("body", "应为 JSON 对象", "must be a JSON object");
            return false;
        }
        var present = new Present();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            ReadField(ref reader, form, ref view, ref present, errors);
        // Anything after the object is a fault of the JSON: the reader throws.
        while (reader.Read())
        {
        }
        present.NameMissing(form, errors);
        return !errors.Any;
    }

    private ref struct Present
    {
        public bool Id;
        public bool Source;
        public bool At;
        public bool Customer;
        public bool Channel;
        public bool Service;
        public bool Outcome;

        public readonly void NameMissing(TransactionForm form, FieldErrors errors)
        {
            Name(Id, "id", errors);
            Name(Source || form != TransactionForm.Log, "source", errors);
            Name(At, "at", errors);
            Name(Customer, "customer", errors);
            Name(Channel, "channel", errors);
            Name(Service, "service", errors);
            Name(Outcome, "outcome", errors);
        }

        private static void Name(bool present, string field, FieldErrors errors)
        {
            if (!present) errors.Add(field, "缺少此字段", "is missing");
        }
    }

    private void ReadField(scoped ref Utf8JsonReader reader, TransactionForm form, ref TransactionView view, scoped ref Present present, FieldErrors errors)
    {
        var name = reader.ValueTextEquals("id"u8) ? "id" : FieldName(ref reader);
        reader.Read();
        switch (name)
        {
            case "id":
                present.Id = true;
                view.Id = Code(ref reader, name, errors);
                break;
            case "source" when form == TransactionForm.Log:
                present.Source = true;
                view.Source = Code(ref reader, name, errors);
                break;
            case "at":
                present.At = true;
                view.At = Time(ref reader, errors);
                break;
            case "customer":
                present.Customer = true;
                view.Customer = Customer(ref reader, errors);
                break;
            case "channel":
                present.Channel = true;
                view.Channel = Words(ref reader, name, errors);
                break;
            case "service":
                present.Service = true;
                view.Service = Words(ref reader, name, errors);
                break;
            case "outcome":
                present.Outcome = true;
                view.Outcome = Outcome(ref reader, errors);
                break;
            default:
                ReadOptional(ref reader, name, form, ref view, errors);
                break;
        }
        reader.Skip();
    }

    private void ReadOptional(scoped ref Utf8JsonReader reader, string? name, TransactionForm form, ref TransactionView view, FieldErrors errors)
    {
        if (name is null || reader.TokenType == JsonTokenType.Null) return;
        switch (name)
        {
            case "region":
                view.Region = Words(ref reader, name, errors);
                break;
            case "brand":
                view.Brand = Words(ref reader, name, errors);
                break;
            case "reason":
                view.Reason = Words(ref reader, name, errors);
                break;
            case "task":
                view.Task = WordsOrNothing(ref reader, name, errors);
                break;
            case "decision":
                view.Decision = WordsOrNothing(ref reader, name, errors);
                break;
            case "import" when form == TransactionForm.Log:
                view.Import = Code(ref reader, name, errors);
                break;
            case "amount":
                view.Amount = Number(ref reader, name, 0, TransactionRules.MaxAmount, errors);
                break;
            case "durationMs":
                view.Duration = (int)Number(ref reader, name, 0, TransactionRules.MaxDuration, errors);
                break;
            case "row" when form != TransactionForm.Api:
                view.Row = (int)Number(ref reader, name, 1, int.MaxValue, errors);
                break;
            case "assisted":
                view.Assisted = Bool(ref reader, name, errors);
                break;
            case "history" when form == TransactionForm.Log:
                view.History = Bool(ref reader, name, errors);
                break;
        }
    }

    private static readonly string[] Names =
    [
        "source", "at", "customer", "channel", "service", "outcome", "region", "brand", "reason", "task", "decision", "import", "amount",
        "durationMs", "row", "assisted", "history",
    ];

    private static string? FieldName(scoped ref Utf8JsonReader reader)
    {
        foreach (var name in Names)
            if (reader.ValueTextEquals(name)) return name;
        return null;
    }

    private bool TryText(scoped ref Utf8JsonReader reader, string field, FieldErrors errors, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (reader.TokenType != JsonTokenType.String)
        {
            errors.Add(field, "应为字符串", "must be a string");
            return false;
        }
        try
        {
            var length = reader.CopyString(scratch.AsSpan(used));
            used += length;
            text = scratch.AsSpan(used - length, length);
            return true;
        }
        catch (InvalidOperationException)
        {
            errors.Add(field, "含有不完整的字符", "holds a lone surrogate");
            return false;
        }
    }

    private ReadOnlySpan<byte> Code(scoped ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        if (TryText(ref reader, field, errors, out var text) && !TransactionRules.IsCode(text))
            errors.Add(field, "应为 1–64 个字母、数字或 . _ : -", "must be 1–64 letters, digits or . _ : -");
        return text;
    }

    private ReadOnlySpan<byte> Words(scoped ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        if (TryText(ref reader, field, errors, out var text) && !TransactionRules.IsText(text))
            errors.Add(field, "应为 1–64 个字符，不含控制字符", "must be 1–64 characters, without control characters");
        return text;
    }

    private ReadOnlySpan<byte> WordsOrNothing(scoped ref Utf8JsonReader reader, string field, FieldErrors errors) =>
        reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty ? default : Words(ref reader, field, errors);

    private ReadOnlySpan<byte> Customer(scoped ref Utf8JsonReader reader, FieldErrors errors)
    {
        if (TryText(ref reader, "customer", errors, out var text) && !CustomerId.IsValid(text))
            errors.Add("customer", "应为假名 c_…，不得是电话号码", "must be a pseudonym c_…, never a phone number");
        return text;
    }

    private Outcome Outcome(scoped ref Utf8JsonReader reader, FieldErrors errors)
    {
        if (!TryText(ref reader, "outcome", errors, out var text)) return default;
        if (!TransactionScanner.TryOutcome(text, out var outcome))
            errors.Add("outcome", "应为 success、failed 或 abandoned", "must be success, failed or abandoned");
        return outcome;
    }

    private long Time(scoped ref Utf8JsonReader reader, FieldErrors errors)
    {
        if (!TryText(ref reader, "at", errors, out var text)) return -1;
        if (!Rfc3339.TryParse(text, out var at) || at < 0)
            errors.Add("at", "应为带时区的 RFC 3339 时间", "must be an RFC 3339 time with its offset");
        return at;
    }

    private static long Number(scoped ref Utf8JsonReader reader, string field, long min, long max, FieldErrors errors)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= min && value <= max) return value;
        errors.Add(field, $"应为 {min} 到 {max} 的整数", $"must be an integer from {min} to {max}");
        return -1;
    }

    private static bool Bool(scoped ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False) return reader.GetBoolean();
        errors.Add(field, "应为 true 或 false", "must be true or false");
        return false;
    }
}
