await ECommerce.Channels.Benchmarks.Rollups.RollupParts.RunAsync();
