using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Simulator;

return await ServiceProgram.RunAsync(args, builder => builder.AddSimulator(), app => app.MapSimulator());
