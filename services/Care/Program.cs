using ECommerce.Channels.Care;

var builder = WebApplication.CreateBuilder(args);
builder.AddCare();
var app = builder.Build();
app.MapCare();
await app.RunAsync();
