using CsCheck;
using ECommerce.Channels.Imports;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Import;

public sealed class RecordReaderTests
{
    private static readonly Mapping Boss = Mapping.Load("boss");

    [Fact]
    public async Task Rows_QuotesBlankLinesAndLineEnds_AreReadAsTheyShould()
    {
        var rows = await ReadAsync("a,b\r\n1,\"x, \"\"y\"\"\"\n\n2,\"two\nlines\"\r\n3,end");

        Assert.Equal([["1", "x, \"y\""], ["2", "two\nlines"], ["3", "end"]], rows.Select(row => row.Cells!.ToArray()));
        Assert.Equal([1, 2, 3], rows.Select(row => row.Number));
        Assert.Equal([2, 4, 6], rows.Select(row => row.Line));
    }

    [Fact]
    public async Task Rows_AQuoteThatNeverCloses_CostsItsOwnRowAlone()
    {
        var good = string.Join('\n', Enumerable.Range(2, 100).Select(i => $"{i},\"v{i}\""));

        var rows = await ReadAsync("a,b\n1,\"open\n" + good);

        Assert.Equal(101, rows.Count);
        Assert.Null(rows[0].Cells);
        Assert.All(rows.Skip(1), row => Assert.Equal(2, row.Cells!.Count));
    }

    [Fact]
    public async Task Rows_ALineLongerThanAny_IsOneBrokenRow()
    {
        var rows = await ReadAsync("a,b\n1," + new string('x', 10_000_000) + "\n2,y");

        Assert.Null(rows[0].Cells);
        Assert.Equal(["2", "y"], rows[1].Cells!);
    }

    [Fact]
    public void Split_AnyCells_ComeBackAsTheyWere() => Gen.String[Gen.Char["a,\"中 '"], 0, 8].Array[1, 6].Sample(cells =>
    {
        var row = string.Join(',', cells.Select(cell => cell.AsSpan().ContainsAny(',', '"') ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell));
        return RecordReader.Split(row, ',') is { } read && read.SequenceEqual(cells);
    });

    private static async Task<List<SourceRow>> ReadAsync(string text)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var reader = await RecordReader.OpenAsync(new StringReader(text), Boss, looksLikeJson: false, cancellation);
        var rows = new List<SourceRow>();
        await foreach (var row in reader.RowsAsync(cancellation)) rows.Add(row);
        return rows;
    }
}
