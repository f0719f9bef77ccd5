using ECommerce.Channels.Gateway;
using ECommerce.Channels.Platform.Hosting;

return await ServiceProgram.RunAsync(args, builder => builder.AddGateway(), app => app.MapGateway());
