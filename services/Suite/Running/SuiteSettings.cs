namespace ECommerce.Channels.Suite.Running;

/// <summary>Where a suite keeps its things, and what it is told by the environment.</summary>
/// <param name="Empty">No demo operator.</param>
internal sealed record SuiteSettings(string Data, int Port, bool Empty, Func<string, string?> Environment)
{
    public const int DefaultPort = 8080;

    private static readonly string[] Schemas = ["kpi", "care", "offload", "simulator", "gateway", "log"];

    public string Secrets => Path.Combine(Data, "secrets");

    public string Logs => Path.Combine(Data, "logs");

    public string Postgres => Path.Combine(Data, "postgres");

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>The API key of the demo operator's feed.</summary>
    public string SimulatorKey => Path.Combine(Secrets, "simulator.key");

    /// <summary>Folder of the API keys of those who serve the demo operator's customers.</summary>
    public string ServingKeys => Path.Combine(Secrets, "demo");

    public string SigningKey => Path.Combine(Secrets, "signing-key.pem");

    /// <summary>A database of the operator's own is named: then no private one is started.</summary>
    public string? NamedDatabase => Environment("ConnectionStrings__kpi") is { Length: > 0 } named ? named : null;

    private bool HasBroker => Environment("KAFKA_BOOTSTRAP") is { Length: > 0 };

    /// <summary>The settings that all services share; what the environment names itself stays as it is.</summary>
    /// <param name="database">Connection string for the schemas that the environment names none for.</param>
    public Dictionary<string, string?> Shared(string database)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Data:Folder"] = Data,
            ["Audit:HeadsFile"] = Path.Combine(Data, "audit-heads.jsonl"),
            ["Identity:SigningKeyFile"] = SigningKey,
            ["Identity:PublicKeysFile"] = SigningKey,
            ["Pseudonyms:KeyFile"] = Path.Combine(Secrets, "pseudonym.key"),
            ["Pseudonyms:MakeKey"] = "true",
            ["DataKeys:KeyFile"] = Path.Combine(Secrets, "data.key"),
            ["DataKeys:MakeKey"] = "true",
            ["Decisions:KeyFile"] = Path.Combine(Secrets, "decisions.key"),
            ["Decisions:MakeKey"] = "true",
            ["Telemetry:Shared"] = "true",
            ["Gateway:DemoSignIn"] = Empty ? "false" : "true",
            ["Simulator:Demo"] = Empty ? "false" : "true",
            ["Simulator:Gateway"] = Address,
            ["Simulator:KeyFile"] = SimulatorKey,
            ["Simulator:ServingKeys"] = ServingKeys,
            // Nobody routes to these by readiness: the gateway is the first to stop.
            ["Hosting:DrainDelay"] = "00:00:00",
        };
        foreach (var schema in Schemas.Where(schema => schema != "log" || !HasBroker))
        {
            if (string.IsNullOrEmpty(Environment($"ConnectionStrings__{schema}"))) settings[$"ConnectionStrings:{schema}"] = database;
        }
        if (Environment("CHANNELS_PSEUDONYM_KEY_FILE") is { Length: > 0 } key)
        {
            settings["Pseudonyms:KeyFile"] = key;
            settings["Pseudonyms:MakeKey"] = "false";
        }
        return settings;
    }
}
