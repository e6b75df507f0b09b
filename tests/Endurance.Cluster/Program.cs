using ForgeOrleans.Endurance;
using ForgeOrleans.Silo;

var builder = WebApplication.CreateBuilder(args);
builder.AddForgeRemote().UseOrleans();
var app = builder.Build();
app.MapForgeRemote();
app.MapRecordedWork();
app.Run();
