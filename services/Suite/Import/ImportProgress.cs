using ECommerce.Channels.Suite.CommandLine;

namespace ECommerce.Channels.Suite.Import;

/// <summary>What a person watching an import sees. Called from several threads.</summary>
internal interface IImportProgress
{
    /// <summary>The first pass: hash and encoding.</summary>
    void Inspecting(long bytes, long length);

    /// <summary>An interrupted import goes on.</summary>
    void Resuming(long rows);

    /// <summary>Rows up to here are durable.</summary>
    /// <param name="filePosition">Bytes of the file that were read for them.</param>
    void Sent(long rows, long rejected, long filePosition);

    /// <summary>The service cannot take it now; it is asked again after the pause.</summary>
    void Waiting(string trouble, TimeSpan pause);

    /// <summary>Everything is sent; so many events are still to be counted.</summary>
    void Counting(long lag);
}

/// <summary>A bar with rate and time left on a terminal; where the output is piped, a line every few seconds.</summary>
internal sealed class ImportProgress(Terminal terminal, long length, TimeProvider time) : IImportProgress
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan DrawEvery = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();
    private long sendingSince;
    private long firstRows;
    private long lastShown;
    private bool drawn;

    public void Inspecting(long bytes, long total) =>
        Show(() => terminal.Say($"检查文件 {Percent(bytes, total)}", $"reading the file for its hash and encoding {Percent(bytes, total)}"));

    public void Resuming(long rows) =>
        Tell(terminal.Say($"继续上次中断的导入：前 {rows:N0} 行已完成", $"an interrupted import goes on: the first {rows:N0} rows are done"), () => firstRows = rows);

    public void Sent(long rows, long rejected, long filePosition) => Show(() => Bar(rows, rejected, filePosition));

    public void Waiting(string trouble, TimeSpan pause) => Tell(terminal.Say(
        $"服务暂不可用（{trouble}），{pause.TotalSeconds:0.0} 秒后重试", $"the service cannot take it now ({trouble}); again in {pause.TotalSeconds:0.0} s"));

    public void Counting(long lag) => Show(() => terminal.Say($"已全部送达，等待统计：还有 {lag:N0} 条", $"all sent; {lag:N0} events still to be counted"));

    /// <summary>Ends the line that the bar is on.</summary>
    public void Close()
    {
        lock (gate) EndLine();
    }

    private string Bar(long rows, long rejected, long filePosition)
    {
        if (sendingSince == 0) sendingSince = started;
        var seconds = Math.Max(0.001, time.GetElapsedTime(sendingSince).TotalSeconds);
        var rate = (rows - firstRows) / seconds;
        var done = length == 0 ? 1 : Math.Clamp((double)filePosition / length, 0, 1);
        var left = done <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(seconds * (1 - done) / done);
        var bar = new string('━', (int)(done * 30)).PadRight(30, '╌');
        return terminal.Say(
            $"{bar} {done:P0}  {rows:N0} 行  拒绝 {rejected:N0}  {rate:N0} 行/秒  剩余 {left:hh\\:mm\\:ss}",
            $"{bar} {done:P0}  {rows:N0} rows  {rejected:N0} rejected  {rate:N0} rows/s  {left:hh\\:mm\\:ss} left");
    }

    private void Show(Func<string> line)
    {
        lock (gate)
        {
            if (lastShown != 0 && time.GetElapsedTime(lastShown) < (terminal.ErrorIsTerminal ? DrawEvery : LineEvery)) return;
            lastShown = time.GetTimestamp();
            if (!terminal.ErrorIsTerminal)
            {
                terminal.Error.WriteLine(line());
                return;
            }
            terminal.Error.Write("\r" + line() + "\u001b[K");
            terminal.Error.Flush();
            drawn = true;
        }
    }

    private void Tell(string line, Action? change = null)
    {
        lock (gate)
        {
            change?.Invoke();
            EndLine();
            terminal.Error.WriteLine(line);
        }
    }

    private void EndLine()
    {
        if (!drawn) return;
        terminal.Error.WriteLine();
        drawn = false;
    }

    private static string Percent(long bytes, long total) => total == 0 ? "100 %" : $"{100 * bytes / total} %";
}
