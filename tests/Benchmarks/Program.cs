using ECommerce.Channels.Benchmarks.Rollups;

if (args is ["rollup-parts"]) await RollupParts.RunAsync();
else await RollupBenchmark.RunAsync();
