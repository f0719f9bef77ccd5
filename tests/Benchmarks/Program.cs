using ECommerce.Channels.Benchmarks;

// tests/Benchmarks/run NAME [options]: every IBenchmark of this project can be named.
var benchmarks = typeof(IBenchmark).Assembly.GetTypes()
    .Where(type => type.IsClass && type.IsAssignableTo(typeof(IBenchmark)))
    .Select(type => (IBenchmark)Activator.CreateInstance(type)!)
    .OrderBy(benchmark => benchmark.Name, StringComparer.Ordinal)
    .ToList();

if (args.Length == 0)
{
    foreach (var benchmark in benchmarks) Console.WriteLine($"{benchmark.Name,-12} {benchmark.Description}");
    return 0;
}

if (benchmarks.Find(benchmark => benchmark.Name == args[0]) is not { } chosen)
{
    Console.Error.WriteLine($"No benchmark is called {args[0]}; there are: {string.Join(", ", benchmarks.Select(b => b.Name))}.");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var figures = new Figures();
await chosen.RunAsync(args[1..], figures, stop.Token);
figures.Print(Console.Out);
return 0;
