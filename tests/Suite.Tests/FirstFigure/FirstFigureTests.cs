using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Suite.CommandLine;
using ECommerce.Channels.Suite.Tests.Running;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.FirstFigure;

/// <summary>What the README promises: import the operator's export, and every figure is right to the last unit, whatever was killed.</summary>
public sealed class FirstFigureTests : IAsyncLifetime
{
    private readonly SuiteProcess suite = new();

    private static string Export => Checkout.Data("boss-export.csv.gz");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "PostgreSQL is not installed");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => suite.DisposeAsync();

    [Fact]
    public async Task Import_OnAnEmptySuite_GivesExactlyTheExpectedFigures()
    {
        await suite.StartAsync(Cancellation);
        var rejects = Path.Combine(Path.GetDirectoryName(suite.Data)!, "rejects.csv");
        await ImportAsync(Export, "--rejects", rejects);
        await FiguresAreRightAsync();
        ExpectCounts(await LastImportAsync(), accepted: 119_898, repeated: 1_229);

        // Again, under another name, and a file that overlaps: nothing changes.
        var renamed = Path.Combine(Path.GetDirectoryName(suite.Data)!, "renamed.csv.gz");
        File.Copy(Export, renamed);
        await ImportAsync(renamed);
        ExpectCounts(await LastImportAsync(), accepted: 0, repeated: 121_127);
        await ImportAsync(Half());
        await FiguresAreRightAsync();
        await NoNumberIsAnywhereAsync(rejects);
    }

    [Fact]
    [Trait("Size", "all")]
    public async Task Import_SuiteAndImporterKilledInEveryPhase_EndsInTheSameFigures()
    {
        await suite.StartAsync(Cancellation);
        var random = new Random(41);
        for (var kill = 0; kill < 6; kill++)
        {
            using var importer = StartImporter();
            await WaitUntilAsync(() => Task.FromResult(importer.HasExited), TimeSpan.FromMilliseconds(random.Next(500, 5_000)));
            if (kill % 2 == 0 && !importer.HasExited) importer.Kill(entireProcessTree: true);
            await suite.KillAsync(Cancellation);
            if (kill % 3 == 2)
                foreach (var process in suite.DatabaseProcesses()) await Signals.KillAsync(process);
            if (!importer.HasExited) importer.Kill(entireProcessTree: true);
            await suite.StartAsync(Cancellation);
        }
        await ImportAsync(Export);
        await FiguresAreRightAsync();
        var imports = await ImportsAsync();
        // Chunks that were sent again are no repeats: over all runs of the one import the counts are those of an undisturbed one.
        ExpectCounts(imports[0], accepted: 119_898, repeated: 1_229);
    }

    private async Task ImportAsync(string file, params string[] more)
    {
        var (exit, output, error) = await suite.ChannelsAsync(["import", "transactions", file, "--mapping", "boss", .. more]);
        Assert.True(exit == 0, output + error);
    }

    private Process StartImporter() => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "channels.dll"), "import", "transactions", Export, "--mapping", "boss", "--suite", suite.SuiteJson])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private async Task FiguresAreRightAsync()
    {
        var figures = new ExpectedFigures(await SuiteFile.ReadAsync(suite.SuiteJson, Cancellation));
        await figures.CheckAsync();
        Assert.True(figures.Compared > 2_000);
    }

    private async Task<List<JsonElement>> ImportsAsync()
    {
        using var http = ExpectedFigures.Client(await SuiteFile.ReadAsync(suite.SuiteJson, Cancellation), "manager");
        return [.. (await http.GetFromJsonAsync<JsonElement>("/api/v1/kpi/imports", Cancellation)).EnumerateArray()];
    }

    private async Task<JsonElement> LastImportAsync() => (await ImportsAsync())[0];

    private static void ExpectCounts(JsonElement import, long accepted, long repeated)
    {
        Assert.Equal(121_229, import.GetProperty("rows").GetInt64());
        Assert.Equal(accepted, import.GetProperty("accepted").GetInt64());
        Assert.Equal(repeated, import.GetProperty("repeated").GetInt64());
        Assert.Equal(0, import.GetProperty("conflict").GetInt64());
        Assert.Equal(0, import.GetProperty("lag").GetInt64());
        Assert.True(import.GetProperty("done").GetBoolean());
        foreach (var cause in ExpectedFigures.Expected.GetProperty("rejected").EnumerateObject())
            Assert.Equal(cause.Value.GetInt64(), import.GetProperty("rejected").GetProperty(cause.Name).GetInt64());
        if (accepted > 0) Assert.Equal(488, import.GetProperty("unknown").GetProperty("channel").GetProperty("微信小程序").GetInt64());
    }

    /// <summary>The first half of the export, uncompressed, in UTF-8.</summary>
    private string Half()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Export), CompressionMode.Decompress), Encoding.GetEncoding("GB18030"));
        var path = Path.Combine(Path.GetDirectoryName(suite.Data)!, "half.csv");
        File.WriteAllLines(path, Lines(reader).Take(60_000));
        return path;
    }

    private static IEnumerable<string> Lines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line) yield return line;
    }

    /// <summary>Every phone number of the export is looked for in a dump of the database, in the log, and in every file that was written.</summary>
    private async Task NoNumberIsAnywhereAsync(string rejects)
    {
        var numbers = await SampleNumbers.ReadAsync(Cancellation);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(rejects));
        await numbers.ExpectNoneInFileAsync(rejects, Cancellation);
        await numbers.ExpectNoneInFilesAsync(Path.Combine(suite.Data, "logs"), Cancellation);
        numbers.ExpectNone(suite.Errors, "stderr");
        var dump = await DumpAsync();
        Assert.True(dump.Length > 1_000_000);
        numbers.ExpectNone(Encoding.Latin1.GetString(dump), "the database");
    }

    /// <summary>All tables of all schemas, columns of bytes included as text where they hold it, the segments of the log among them.</summary>
    private async Task<byte[]> DumpAsync()
    {
        var dump = new MemoryStream();
        await using var database = await suite.DatabaseAsync();
        var tables = new List<string>();
        await using (var command = database.CreateCommand(
            // The parts of a divided table, and not the table that is nothing but them.
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')"))
        await using (var reader = await command.ExecuteReaderAsync(Cancellation))
            while (await reader.ReadAsync(Cancellation)) tables.Add(reader.GetString(0));
        await using var connection = await database.OpenConnectionAsync(Cancellation);
        foreach (var table in tables)
        {
            await using var raw = await connection.BeginRawBinaryCopyAsync($"COPY {table} TO STDOUT (FORMAT BINARY)", Cancellation);
            await raw.CopyToAsync(dump, Cancellation);
        }
        return dump.ToArray();
    }

    private static async Task WaitUntilAsync(Func<Task<bool>> condition, TimeSpan atMost)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < atMost && !await condition()) await Task.Delay(50, Cancellation);
    }
}
