using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using ECommerce.Channels.Kpi.Catalogue;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>Writes an answer as JSON, without a string or an object per value.</summary>
internal static class FigureJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };
    private static readonly JsonEncodedText[] Names = [.. Vocabulary.Dimensions.Select(name => JsonEncodedText.Encode(name))];

    public static ReadOnlyMemory<byte> Write(FigureAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>(1024 + (answer.Keys.Count * 200));
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            var (question, periods) = (answer.Question, answer.Periods);
            writer.WriteStartObject();
            writer.WriteString("indicator", answer.Definition.Id);
            writer.WriteString("unit", answer.Definition.Unit);
            writer.WriteString("timeZone", periods.Zone.Id);
            writer.WriteString("from", periods.Format(question.Period.From));
            writer.WriteString("to", periods.Format(question.Period.To));
            writer.WriteString("grain", Vocabulary.Grains[(int)question.Grain]);
            writer.WriteString("asOf", answer.AsOf);
            writer.WriteBoolean("complete", answer.Complete);
            writer.WriteStartArray("regions");
            foreach (var region in answer.Granted) writer.WriteStringValue(region);
            writer.WriteEndArray();
            WriteVersions(writer, answer);
            WriteValues(writer, answer);
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static void WriteVersions(Utf8JsonWriter writer, FigureAnswer answer)
    {
        writer.WriteStartArray("versions");
        foreach (var stretch in answer.Table.Stretches)
        {
            writer.WriteStartObject();
            writer.WriteString("from", answer.Periods.Format(stretch.Span.From));
            writer.WriteString("to", answer.Periods.Format(stretch.Span.To));
            writer.WriteNumber("indicator", stretch.Definition.Version);
            writer.WriteNumber("catalogue", stretch.Catalogue.Number);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteValues(Utf8JsonWriter writer, FigureAnswer answer)
    {
        var (table, question, whole) = (answer.Table, answer.Question, answer.Definition.IsWhole);
        var times = table.Buckets.Select(bucket => JsonEncodedText.Encode(answer.Periods.Name(bucket.From, question.Grain), Options.Encoder)).ToArray();
        var complete = table.Buckets.Select(bucket => answer.Completeness.Of(bucket.From, bucket.To)).ToArray();
        writer.WriteStartArray("values");
        foreach (var key in answer.Keys)
        {
            var (bucket, figure) = (GroupKey.BucketOf(key), table.Rows[key]);
            writer.WriteStartObject();
            writer.WriteString("at", times[bucket]);
            for (var field = 0; field < Names.Length; field++)
                if (question.By[field])
                    writer.WriteString(Names[field], table.Codes.NameOf((CatalogueField)field, GroupKey.IdOf(key, (CatalogueField)field)));
            // Sums are written from whole numbers: a double holds them only up to 2^53.
            if (whole) Number(writer, "value", figure.Numerator, true);
            else Number(writer, "value", figure.Value, false);
            Number(writer, "numerator", figure.Numerator, true);
            Number(writer, "denominator", figure.Denominator, true);
            writer.WriteNumber("n", figure.N);
            Number(writer, "low", figure.Low, false);
            Number(writer, "high", figure.High, false);
            writer.WriteBoolean("complete", complete[bucket]);
            if (answer.Compared?.GetValueOrDefault(key) is { } compared) WriteComparison(writer, compared, answer.Periods, whole);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteComparison(Utf8JsonWriter writer, ComparedFigure compared, Periods periods, bool whole)
    {
        writer.WriteStartObject("comparison");
        writer.WriteString("from", periods.Format(compared.BaseSpan.From));
        writer.WriteString("to", periods.Format(compared.BaseSpan.To));
        Number(writer, "value", compared.Base, whole);
        Number(writer, "difference", compared.Difference, whole);
        Number(writer, "low", compared.Low, false);
        Number(writer, "high", compared.High, false);
        if (compared.BeyondNoise is { } beyond) writer.WriteBoolean("beyondNoise", beyond);
        else writer.WriteNull("beyondNoise");
        writer.WriteStartObject("own");
        writer.WriteString("from", periods.Format(compared.OwnSpan.From));
        writer.WriteString("to", periods.Format(compared.OwnSpan.To));
        Number(writer, "value", compared.Own, whole);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter writer, string name, double? value, bool whole)
    {
        if (value is not { } number) writer.WriteNull(name);
        else if (whole) writer.WriteNumber(name, (long)number);
        else writer.WriteNumber(name, number);
    }

    private static void Number(Utf8JsonWriter writer, string name, long? value, bool whole)
    {
        if (value is { } number && whole) writer.WriteNumber(name, number);
        else writer.WriteNull(name);
    }
}
