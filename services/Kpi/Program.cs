using ECommerce.Channels.Kpi;

var builder = WebApplication.CreateBuilder(args);
builder.AddKpi();
var app = builder.Build();
app.MapKpi();
await app.RunAsync();
