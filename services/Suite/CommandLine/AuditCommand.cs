using System.CommandLine;
using System.Text.Json;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary><c>channels audit verify</c>: recomputes the chains of all services, the complaint archive too, and names the first altered row.</summary>
internal static class AuditCommand
{
    /// <summary>Every chain by its name, and where it is verified.</summary>
    private static readonly Dictionary<string, string> Chains = new()
    {
        ["kpi"] = "/api/v1/kpi/audit/verify",
        ["care"] = "/api/v1/care/audit/verify",
        ["care/archive"] = "/api/v1/care/archive/verify",
        ["offload"] = "/api/v1/offload/audit/verify",
        ["access"] = "/api/v1/access/audit/verify",
    };

    public static Command Create(Terminal terminal, Connection connection)
    {
        var verify = new Command("verify", terminal.Say("校验各服务的审计链和投诉档案", "check the audit chain of every service, and the complaint archive")).WithExamples(
            "channels audit verify",
            "channels audit verify --as sre --json");
        verify.SetAction(async (words, cancellation) =>
        {
            using var api = await connection.OpenAsync(words, cancellation);
            var answers = new Dictionary<string, JsonElement>();
            foreach (var (chain, path) in Chains) answers[chain] = await api.GetAsync(path, cancellation);
            if (connection.IsJson(words)) terminal.Json(answers);
            else Print(terminal, answers);
            return answers.Values.All(IsWhole) ? ExitCodes.Done : ExitCodes.Failure;
        });
        return new Command("audit", terminal.Say("审计", "the audit log")) { verify };
    }

    private static bool IsWhole(JsonElement answer) => answer.GetProperty("intact").GetBoolean();

    private static void Print(Terminal terminal, Dictionary<string, JsonElement> answers)
    {
        foreach (var (service, answer) in answers)
        {
            terminal.Out.WriteLine(IsWhole(answer)
                ? terminal.Say($"{service}：{Pages.Cell(answer, "rows")} 行，完整", $"{service}: {Pages.Cell(answer, "rows")} rows, whole")
                : $"{service}: {Pages.Cell(answer.GetProperty("finding"), "number")} {Pages.Cell(answer.GetProperty("finding"), "text")}");
        }
    }
}
