using ForgeOrleans.Silo;
using TaskBoard;

var builder = WebApplication.CreateBuilder(args);
builder.AddForgeRemote().UseOrleans();
builder.Services.AddValidation();

var app = builder.Build();
app.MapForgeRemote();
app.MapTasks();
app.MapEcho();
app.MapConfluence();
app.Run();
