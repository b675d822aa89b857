//! Writes orders as the admin interface answers them, for goldens.

use crate::json::quoted;
use crate::shopify_orders::{Item, Order};
use domain::Money;

/// The answer of `GET orders.json` for these orders, an order a line.
pub fn write(orders: &[Order]) -> Vec<u8> {
    let orders: Vec<String> = orders.iter().map(order).collect();
    format!("{{\"orders\":[\n{}\n]}}\n", orders.join(",\n")).into_bytes()
}

fn order(order: &Order) -> String {
    let currency = order.subtotal.currency;
    let decimal = |minor| Money::new(minor, currency).to_decimal().to_string();
    let total = order.subtotal.minor + order.shipping_minor + order.taxes_minor;
    let items: Vec<String> = order.items.iter().map(item).collect();
    format!(
        "{{\"id\":450789469,\"admin_graphql_api_id\":\"gid://shopify/Order/450789469\",\"created_at\":\"{created}\",\
         \"currency\":\"{currency}\",\"email\":{email},\"financial_status\":{status},\"name\":{name},\"test\":false,\
         \"total_discounts\":\"{discounts}\",\"total_price\":\"{total}\",\"total_tax\":\"{tax}\",\
         \"billing_address\":{{\"country_code\":{country}}},\"shipping_lines\":[{{\"price\":\"{shipping}\"}}],\
         \"line_items\":[{items}]}}",
        created = order.created_at,
        email = quoted(&order.email),
        status = quoted(&order.status),
        name = quoted(&order.name),
        discounts = decimal(order.discount_minor),
        total = decimal(total),
        tax = decimal(order.taxes_minor),
        country = quoted(&order.country),
        shipping = decimal(order.shipping_minor),
        items = items.join(","),
    )
}

fn item(item: &Item) -> String {
    format!(
        "{{\"name\":{name},\"price\":\"{price}\",\"quantity\":{quantity},\"sku\":{sku}}}",
        name = quoted(&item.name),
        price = item.price,
        quantity = item.quantity,
        sku = quoted(&item.sku),
    )
}
