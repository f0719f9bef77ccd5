using System.Diagnostics;
using System.Globalization;

namespace ECommerce.Channels.Suite.Running;

/// <summary>Logs of one service in a file of bounded length; when it is full it becomes <c>NAME.1.log</c>, that one <c>.2</c>, and so on.</summary>
internal sealed class RollingFiles(string path, TimeProvider time) : ILoggerProvider
{
    public const long LongestFile = 8 << 20;
    public const int OldFiles = 4;

    private readonly Lock gate = new();
    private StreamWriter? writer;
    private long written;

    public ILogger CreateLogger(string categoryName) => new FileLogger(this, categoryName);

    public void Dispose()
    {
        lock (gate)
        {
            writer?.Dispose();
            writer = null;
        }
    }

    private void Write(LogLevel level, string category, EventId id, string message, Exception? exception)
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var trace = Activity.Current?.TraceId.ToString() ?? "-";
        var line = $"{now} {Word(level)} {category}[{id.Id}] {trace} {message.ReplaceLineEndings(" ")}{(exception is null ? "" : Environment.NewLine + exception)}";
        lock (gate)
        {
            if (writer is null || written > LongestFile) Roll();
            writer!.WriteLine(line);
            written += line.Length + 1;
        }
    }

    private void Roll()
    {
        writer?.Dispose();
        if (File.Exists(path) && new FileInfo(path).Length > LongestFile)
        {
            for (var old = OldFiles - 1; old >= 1; old--)
            {
                if (File.Exists(Old(old))) File.Move(Old(old), Old(old + 1), overwrite: true);
            }
            File.Move(path, Old(1), overwrite: true);
        }
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        written = stream.Length;
        writer = new StreamWriter(stream) { AutoFlush = true };
    }

    private string Old(int number) => Path.ChangeExtension(path, $".{number}.log");

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO ",
        LogLevel.Warning => "WARN ",
        LogLevel.Error => "ERROR",
        _ => "FATAL",
    };

    private sealed class FileLogger(RollingFiles files, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            files.Write(logLevel, category, eventId, formatter(state, exception), exception);
    }
}
