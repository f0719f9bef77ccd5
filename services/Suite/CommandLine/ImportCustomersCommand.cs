using System.CommandLine;
using System.Text.Json;
using ECommerce.Channels.Imports;
using ECommerce.Channels.Suite.Import;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary><c>channels import customers FILE --mapping NAME|FILE</c></summary>
internal static class ImportCustomersCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var file = new Argument<string>("FILE") { Description = terminal.Say("CSV 或 NDJSON，可为 gzip 或 zip，任意编码", "CSV or NDJSON, plain, gzip or zip, in any encoding") };
        var mapping = ImportCommand.MappingOption(terminal, Mapping.Customers);
        var rejects = ImportCommand.RejectsOption(terminal);
        var customers = new Command("customers", terminal.Say("导入客户及其同意", "import customers and what they agreed to")) { file, mapping, rejects }.WithExamples(
            "channels import customers customers.csv --mapping crm",
            "channels import customers customers.csv --mapping my-mapping.yaml --rejects rejected.csv --json");
        customers.SetAction(async (words, cancellation) =>
        {
            using var api = await connection.OpenAsync(words, cancellation);
            var path = words.GetValue(file)!;
            if (!File.Exists(path)) throw new FileNotFoundException($"no file {path}");
            var order = new CustomerOrder(
                path, ImportCommand.LoadMapping(words.GetValue(mapping)!, Mapping.Customers), ImportCommand.Pseudonymiser(connection, words).Of, words.GetValue(rejects));
            var progress = new ImportProgress(terminal, new FileInfo(path).Length, TimeProvider.System);
            CustomersImported imported;
            try
            {
                imported = await new CustomerImporter(new ImportClient(api.Http, progress, TimeProvider.System), progress).RunAsync(order, cancellation);
            }
            finally
            {
                progress.Close();
            }
            if (connection.IsJson(words)) terminal.Json(JsonSerializer.SerializeToElement(imported, JsonSerializerOptions.Web));
            else Summarise(terminal, imported);
            return ExitCodes.Done;
        });
        return customers;
    }

    private static void Summarise(Terminal terminal, CustomersImported imported)
    {
        var rows = new List<IReadOnlyList<string>>
        {
            (string[])[terminal.Say("文件行数", "rows"), $"{imported.Rows:N0}"],
            (string[])[terminal.Say("已接受", "accepted"), $"{imported.Accepted:N0}"],
            (string[])[terminal.Say("有变化的客户", "customers changed"), $"{imported.Changed:N0}"],
            (string[])[terminal.Say("拒绝", "rejected"), $"{imported.Rejected.Values.Sum():N0}"],
        };
        rows.AddRange(imported.Rejected.OrderByDescending(cause => cause.Value).Select(cause => (string[])["  " + cause.Key, $"{cause.Value:N0}"]));
        terminal.Table([new(terminal.Say("导入", "import")), new("", Number: true)], rows);
    }
}
