using ECommerce.Channels.Care;
using ECommerce.Channels.Platform.Hosting;

return await ServiceProgram.RunAsync(args, builder => builder.AddCare(), app => app.MapCare());
