using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Benchmarks;

/// <summary>What a number costs on its way through the pseudonymiser: the importer streams whole files through it.</summary>
internal sealed class PseudonymsBenchmark : IBenchmark
{
    private const int Many = 1_000;

    public string Name => "pseudonyms";

    public string Description => "ns of the pseudonymiser for one number";

    public Task RunAsync(IReadOnlyList<string> options, Figures figures, CancellationToken cancellation)
    {
        var pseudonymiser = new Pseudonymiser(NamedKey.Parse("a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
        figures.Add("pseudonyms.of", Stopwatches.Nanoseconds(Many, () =>
        {
            var letters = 0;
            for (var i = 0; i < Many; i++) letters += pseudonymiser.Of("13800000000")!.Length;
            return letters;
        }), "ns");
        return Task.CompletedTask;
    }
}
