using System.Text.Json;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>The indicators of the installation, each with its versions, oldest first.</summary>
public sealed class IndicatorBook(int rows, IReadOnlyList<Definition> definitions)
{
    private readonly Dictionary<string, IReadOnlyList<Definition>> byId =
        definitions.GroupBy(one => one.Id).ToDictionary(group => group.Key, group => (IReadOnlyList<Definition>)[.. group]);

    public static readonly IndicatorBook Empty = new(0, []);

    /// <summary>How many versions there are; they are never taken away, so it tells whether a book is the latest.</summary>
    public int Rows => rows;

    /// <summary>In the order of the seed, versions of an indicator together.</summary>
    public IReadOnlyList<Definition> All => definitions;

    public IReadOnlyList<Definition>? Versions(string id) => byId.GetValueOrDefault(id);

    /// <summary>Versions of one indicator: each is valid until the next one starts.</summary>
    public static IEnumerable<Definition> Chain(IEnumerable<Definition> versions)
    {
        var ordered = versions.OrderBy(one => one.Version).ToList();
        return ordered.Select((one, i) => one with { ValidTo = i + 1 < ordered.Count ? ordered[i + 1].ValidFrom : null });
    }
}

/// <summary>The definitions that the product brings: <c>indicators.seed.json</c>.</summary>
internal static class IndicatorSeed
{
    public static IReadOnlyList<Definition> Definitions()
    {
        using var stream = typeof(IndicatorSeed).Assembly.GetManifestResourceStream(typeof(IndicatorSeed), "indicators.seed.json")
            ?? throw new InvalidOperationException("indicators.seed.json is not embedded.");
        var definitions = JsonSerializer.Deserialize<List<Definition>>(stream, CatalogueJson.Options)!;
        return [.. definitions.Select(one => one with { Version = 1, ValidFrom = CatalogueSeed.ValidFrom })];
    }

    public static IndicatorBook Book() => new(0, Definitions());
}

public sealed class IndicatorStore(NpgsqlDataSource database, AuditLog audit, TimeProvider time)
{
    private volatile IndicatorBook current = IndicatorBook.Empty;

    /// <summary>The latest definitions; asks the database whether there are newer ones.</summary>
    public async Task<IndicatorBook> BookAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT count(*)::int FROM indicator_definitions");
        var rows = (int)(await command.ExecuteScalarAsync(cancellation))!;
        if (rows != current.Rows) current = await LoadAsync(cancellation);
        return current;
    }

    /// <summary>Adds the indicators that are not there yet; what an installation has is left alone.</summary>
    internal async Task SeedAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (var definition in IndicatorSeed.Definitions())
            await InsertAsync(connection, definition, "system:installation", cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Adds a version; null where another one came first, so that this one no longer follows what it was made from.</summary>
    public async Task<Definition?> AddAsync(Definition definition, Caller by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await InsertAsync(connection, definition, by.Subject, cancellation)) return null;
        await audit.AppendAsync(transaction, by.Subject, "indicator.versioned", $"{definition.Id}/{definition.Version}", definition, cancellation);
        await transaction.CommitAsync(cancellation);
        return definition;
    }

    private async Task<bool> InsertAsync(NpgsqlConnection connection, Definition definition, string by, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO indicator_definitions (id, version, valid_from, content, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING
            """, connection)
            .With(definition.Id).With(definition.Version).With(definition.ValidFrom)
            .With(JsonSerializer.Serialize(definition, CatalogueJson.Options), NpgsqlDbType.Jsonb).With(time.GetUtcNow().UtcDateTime).With(by);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private async Task<IndicatorBook> LoadAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT content::text FROM indicator_definitions ORDER BY id, version");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<Definition>();
        while (await reader.ReadAsync(cancellation)) found.Add(JsonSerializer.Deserialize<Definition>(reader.GetString(0), CatalogueJson.Options)!);
        var order = IndicatorSeed.Definitions().Select((one, i) => (one.Id, i)).ToDictionary(pair => pair.Id, pair => pair.i);
        return new IndicatorBook(found.Count, [.. found.GroupBy(one => one.Id)
            .OrderBy(group => order.GetValueOrDefault(group.Key, int.MaxValue)).ThenBy(group => group.Key, StringComparer.Ordinal)
            .SelectMany(IndicatorBook.Chain)]);
    }
}

/// <summary>A new version as it is asked for: what is not given stays as it was.</summary>
internal static class DefinitionInput
{
    public static Definition Read(Definition before, JsonFields fields)
    {
        var next = before with
        {
            Version = before.Version + 1,
            ValidFrom = ValidFrom(before, fields),
            ValidTo = null,
            Numerator = fields.OptionalString("numerator", 500) ?? before.Numerator,
            Denominator = fields.OptionalString("denominator", 500) ?? before.Denominator,
            Exclusions = fields.Has("exclusions") ? fields.OptionalString("exclusions", 100) : before.Exclusions,
            MinimumN = fields.OptionalInteger("minimumN", 1, 1_000_000) ?? before.MinimumN,
            Direction = fields.OptionalOneOf("direction", "up", "down", "none") ?? before.Direction,
            Names = ReadNames(fields, "names", 100) ?? before.Names,
            Statement = ReadNames(fields, "statement", 1000) ?? before.Statement,
            Basket = ReadBasket(before, fields),
        };
        if (before.Denominator is null && fields.Has("denominator"))
            fields.Fail("denominator", "该指标没有分母", "This indicator has no denominator");
        JudgeFormulas(before, next, fields);
        return next;
    }

    private static DateOnly ValidFrom(Definition before, JsonFields fields)
    {
        var from = fields.Date("validFrom");
        if (from != default && (from <= before.ValidFrom || from.Year >= 2200))
            fields.Fail("validFrom", $"须晚于上一版本的 {before.ValidFrom:yyyy-MM-dd}", $"Must be after {before.ValidFrom:yyyy-MM-dd}, when the version before starts");
        return from;
    }

    private static Names? ReadNames(JsonFields fields, string name, int max)
    {
        if (fields.OptionalObject(name) is not { } names) return null;
        return new Names(names.String("zh-CN", 1, max), names.String("en", 1, max));
    }

    private static Basket? ReadBasket(Definition before, JsonFields fields)
    {
        if (fields.OptionalObject("basket") is not { } basket) return before.Basket;
        if (before.Kind != FigureKind.Standardised) fields.Fail("basket", "仅用于标准化指标", "Is for a standardised indicator only");
        var (from, to) = (basket.Date("from"), basket.Date("to"));
        if (to <= from) basket.Fail("to", "须晚于 from", "Must be after from");
        return new Basket(from, to, null);
    }

    private static void JudgeFormulas(Definition before, Definition definition, JsonFields fields)
    {
        Try("numerator", () => Formula.Parse(definition.Numerator));
        if (definition.Denominator is { } denominator) Try("denominator", () => Formula.Parse(denominator));
        if (definition.Exclusions is { } exclusions) Try("exclusions", () => Formula.ParseCondition(exclusions));
        if (!fields.Errors.Any) Try("numerator", () => Judge(Formulas.Of(definition), definition, before.Formulas));

        void Try(string field, Func<object> read)
        {
            try
            {
                read();
            }
            catch (FormatException wrong)
            {
                fields.Fail(field, $"公式无法理解：{wrong.Message}", $"Is not understood: {wrong.Message}");
            }
        }
    }

    /// <summary>A version counts the same kind of thing as the one before.</summary>
    private static Formulas Judge(Formulas formulas, Definition definition, Formulas before)
    {
        if (formulas.Subject != before.Subject) throw new FormatException("What is counted, and on which day, stays as it was.");
        if (formulas.Subject is not null && formulas.Denominator?.IsDistinct != before.Denominator?.IsDistinct) throw new FormatException("Customers are counted where customers were, and only there.");
        if (formulas.Subject is not null) return formulas;
        var distinct = definition.Kind is FigureKind.Distinct or FigureKind.DistinctRate;
        var durations = definition.Kind == FigureKind.Quantile;
        foreach (var term in formulas.Numerator.Terms.Concat(formulas.Denominator?.Terms ?? []))
        {
            if (term.Measure is Measure.Customers or Measure.ActiveCustomers != distinct) throw new FormatException("Customers are counted where customers were, and only there.");
            if (term.Measure == Measure.Durations != durations) throw new FormatException("Durations are measured where they were, and only there.");
            if (distinct && (term.Where.AsksService || term.Where.Assisted is not null)) throw new FormatException("Customers are kept by channel and region only.");
            if (term.Measure == Measure.Amount && definition.Unit == "count") throw new FormatException("The unit is a count.");
        }
        return formulas;
    }
}
