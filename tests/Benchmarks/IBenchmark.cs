namespace ECommerce.Channels.Benchmarks;

/// <summary>One benchmark; a class with a constructor without parameters, found by its name.</summary>
internal interface IBenchmark
{
    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    /// <summary>One line for the list.</summary>
    string Description { get; }

    /// <param name="options">What stood after the name on the command line.</param>
    /// <param name="figures">Takes what was measured.</param>
    Task RunAsync(IReadOnlyList<string> options, Figures figures, CancellationToken cancellation);
}
