using ECommerce.Channels.Offload;
using ECommerce.Channels.Platform.Hosting;

return await ServiceProgram.RunAsync(args, builder => builder.AddOffload(), app => app.MapOffload());
