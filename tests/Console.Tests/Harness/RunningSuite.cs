using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Testing;

namespace ECommerce.Channels.Console.Tests.Harness;

/// <summary>How somebody gets in.</summary>
public sealed record Account(string Role, string User, string Password, string ApiKey);

/// <summary>
/// A whole suite in a process of its own, as <c>./run</c> starts it, in a folder that is removed afterwards. Where
/// <c>CONSOLE_TESTS_DATA</c> names the data folder of a suite that runs already, that one is used and left alone.
/// </summary>
public sealed class RunningSuite : IAsyncDisposable
{
    /// <summary>A tenth of the demo operator's customers: 13 months in some seconds.</summary>
    public const int Customers = 4_400;

    private static readonly TimeSpan ReadyBy = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan SomeTime = TimeSpan.FromSeconds(90);

    private readonly ToolProcess? process;
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
    private readonly IReadOnlyDictionary<string, Account> accounts;

    private RunningSuite(string folder, ToolProcess? process, Uri address, IReadOnlyDictionary<string, Account> accounts)
    {
        (Folder, this.process, Address, this.accounts) = (folder, process, address, accounts);
        http.BaseAddress = address;
    }

    public Uri Address { get; }

    /// <summary>Its data.</summary>
    public string Folder { get; }

    /// <param name="empty">Without the demo operator.</param>
    public static async Task<RunningSuite> StartAsync(bool empty)
    {
        if (!empty && Environment.GetEnvironmentVariable("CONSOLE_TESTS_DATA") is { Length: > 0 } running) return await OfAsync(running, null);
        var home = Scratch.NewFolder("console");
        var data = Path.Combine(home, "data");
        var port = Ports.Free().ToString(CultureInfo.InvariantCulture);
        var words = new List<string> { Path.Combine(AppContext.BaseDirectory, "channels.dll"), "suite", "run", "--port", port, "--data", data };
        if (empty) words.Add("--empty");
        var started = ToolProcess.Start("dotnet", words, Path.Combine(home, "log"), new Dictionary<string, string>
        {
            ["Simulator__Customers"] = Customers.ToString(CultureInfo.InvariantCulture),
            // Tests bring the customers who chat and complain themselves.
            ["Simulator__Serving"] = "false",
            ["Warnings__Interval"] = "00:00:02",
            ["Widget__Origins__0"] = PortalPage.Origin,
            // All tests are one person, in many browsers.
            ["Gateway__SessionRequestsPerMinute"] = "60000",
        });
        await WaitAsync(started);
        return await OfAsync(data, started);
    }

    /// <summary>Everything by name: <c>manager</c>, <c>sre</c> …</summary>
    public Account Account(string role) => accounts[role];

    /// <summary>Asks the API with the key of a role.</summary>
    public async Task<JsonElement> GetAsync(string path, string role = "admin")
    {
        using var request = Request(HttpMethod.Get, path, role);
        using var answer = await http.SendAsync(request);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"GET {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>A file of the API, in English.</summary>
    public async Task<byte[]> BytesAsync(string path, string role = "admin")
    {
        using var request = Request(HttpMethod.Get, path, role);
        request.Headers.AcceptLanguage.ParseAdd("en");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync();
    }

    /// <summary>Sends a body with the key of a role; the answer, or nothing where there is none.</summary>
    /// <param name="anyVersion">Whatever was changed meanwhile: with <c>If-Match: *</c>.</param>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null, string role = "admin", bool anyVersion = false)
    {
        using var request = Request(method, path, role);
        if (anyVersion) request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Says yes, as a supervisor, to what has this revision.</summary>
    public async Task ApproveAsync(string path, long revision)
    {
        using var request = Request(HttpMethod.Post, path, "supervisor");
        request.Headers.IfMatch.ParseAdd($"\"{revision}\"");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Asks twice a second until the answer is yes: more often would meet the limits of an API key.</summary>
    public static Task UntilAsync(string what, Func<Task<bool>> done) => Tools.UntilAsync(() => what, SomeTime, TimeSpan.FromMilliseconds(500), done);

    /// <summary>A new session's cookie, as the browser would hold it.</summary>
    public async Task<string> SignInAsync(string role)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/session") { Content = JsonContent.Create(new { user = Account(role).User, password = Account(role).Password }) };
        request.Headers.Add("X-Channels-Request", "1");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(one => one.StartsWith("channels=", StringComparison.Ordinal));
        return cookie["channels=".Length..cookie.IndexOf(';', StringComparison.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (process is null) return;
        await process.StopAsync();
        await process.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string role)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Account(role).ApiKey);
        return request;
    }

    private static async Task WaitAsync(ToolProcess process)
    {
        // The file is there as soon as the program has begun.
        async Task<string> SaidAsync() => File.Exists(process.Log) ? await File.ReadAllTextAsync(process.Log) : "";
        await Tools.UntilAsync("the suite is ready", ReadyBy, async () =>
        {
            var said = await SaidAsync();
            if (!process.Running) throw new InvalidOperationException("the suite ended: " + said);
            return said.Contains("ready http", StringComparison.Ordinal);
        });
    }

    private static async Task<RunningSuite> OfAsync(string data, ToolProcess? process)
    {
        await using var file = File.OpenRead(Path.Combine(data, "suite.json"));
        var suite = (await JsonDocument.ParseAsync(file)).RootElement;
        var all = suite.GetProperty("accounts").Deserialize<Account[]>(JsonSerializerOptions.Web)!;
        return new RunningSuite(Path.GetDirectoryName(data)!, process, new Uri(suite.GetProperty("address").GetString()!), all.ToDictionary(one => one.Role));
    }
}
