using ECommerce.Channels.Kpi;
using ECommerce.Channels.Platform.Hosting;

return await ServiceProgram.RunAsync(args, builder => builder.AddKpi(), app => app.MapKpi());
